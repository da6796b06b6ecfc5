r"""Can reasons be believed? What they name is left out, and held against as much at random.

    python benchmarks/faithfulness.py --out benchmarks/faithfulness

hydrogenstorage, relevant against read and rejected. A model learns from 70 % of the records, by
family, and explains some of the others, drawn at random: three splits, in which no record is
explained twice. Its strongest reasons on a side are left out of the text together, or kept alone,
and so are parts of the same text at random, about as many words, several times. Printed is what
the reasons claim in sum, by how much they move the log-odds that way, by how much random parts do,
in how many records that is less, and how many words of those there are for each that is named.
Means over the records of all splits; intervals by family.

What was found is kept as OUT/MODEL-SPLIT-RECORDSxDRAWS.json and not computed again. `a+b` is a
stack of the two, joined by a logistic regression. A second a record for an encoder on one core.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import fmean

import numpy as np

from patsieve.atomic import file_aside
from patsieve.corpus.text import TextRecipe
from patsieve.experiments.build import Overrides, build_classifier
from patsieve.experiments.spec import read_experiment
from patsieve.finetuning.activation_store import GIB, ActivationStore
from patsieve.metrics.intervals import Estimate
from patsieve.models.base import RelevanceClassifier, SharesWork
from patsieve.models.stacking import StackingClassifier
from patsieve.screening.bundle import DataFacts, Manifest, ModelBundle, ThresholdFacts
from patsieve.screening.explain.explain import explain_records
from patsieve.screening.explain.faithfulness import Check, Moved, check_reasons, judge
from rankers.tasks import Task, read_set, splits

MODELS = ("bag-of-words", "embedding", "bag-of-words+embedding")
_SIDES = ("for", "against")
CHECKS = (
    *(Check("word", side, n, "left out") for n in (1, 3) for side in _SIDES),
    *(Check("word", side, 3, "kept alone") for side in _SIDES),
    *(Check("sentence", side, n, "left out") for n in (1, 2, 3) for side in _SIDES),
    *(Check("sentence", side, 2, "kept alone") for side in _SIDES),
)
Found = dict[Check, list[Moved]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compute what is missing and print a table for each model."""
    asked = _arguments(arguments)
    source = asked.data / f"{asked.set}.csv"
    if not source.is_file():
        print(f"skipped: the public data are not at {asked.data}; set PATSIEVE_DATA")
        return 0
    tasks = list(splits(read_set(source, random_rows=False)))
    asked.out.mkdir(parents=True, exist_ok=True)
    for model in asked.models:
        found = [_kept(model, task, asked) for task in tasks]
        print(f"\n### {model}\n")
        for line in _table(found):
            print(line, flush=True)
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("benchmarks/faithfulness"))
    parser.add_argument("--set", default="hydrogenstorage")
    parser.add_argument("--models", nargs="*", default=list(MODELS))
    parser.add_argument("--records", type=int, default=60, help="explained in each split")
    parser.add_argument("--draws", type=int, default=5, help="at random, for each check")
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("PATSIEVE_DATA", "../shared/data"))
    )
    return parser.parse_args(arguments)


def _kept(model: str, task: Task, asked: argparse.Namespace) -> Found:
    """Return what was found before, or find it and keep it."""
    path = asked.out / f"{model}-{asked.set}-{task.name}-{asked.records}x{asked.draws}.json"
    if not path.is_file():
        found = _found(model, task, asked)
        facts = [
            {"check": asdict(check), "moved": [asdict(each) for each in moved]}
            for check, moved in found.items()
        ]
        with file_aside(path) as aside:
            aside.write_text(json.dumps(facts), encoding="utf-8")
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {Check(**each["check"]): [Moved(**moved) for moved in each["moved"]] for each in kept}


def _found(model: str, task: Task, asked: argparse.Namespace) -> Found:
    bundle = _trained(model, task, ActivationStore(asked.out / "activations", max_bytes=GIB))
    random = np.random.default_rng(task.seed)
    drawn = np.sort(random.permutation(task.test)[: asked.records])
    tested = task.corpus.select(drawn)
    return check_reasons(
        bundle,
        tested.records,
        explain_records(bundle, tested.records),
        CHECKS,
        families=task.families(drawn),
        n_draws=asked.draws,
        seed=task.seed,
    )


def _trained(model: str, task: Task, store: ActivationStore) -> ModelBundle:
    classifier = _untrained(model, task.seed)
    if isinstance(classifier, SharesWork):
        classifier.share(activations=store)
    labels = task.labels(task.training)
    classifier.fit(task.texts(task.training), labels, families=task.families(task.training))
    for each in _all_in(classifier):
        if isinstance(each, SharesWork):
            # Texts with parts left out are of no use to another run.
            each.share(activations=None)
    recipe = TextRecipe()
    manifest = Manifest(
        created="",
        kind=classifier.kind,
        experiment={},
        seed=task.seed,
        data=DataFacts(
            file=task.name,
            digest="",
            n_records=len(labels),
            n_relevant=int(labels.sum()),
            prevalence=float(labels.mean()),
        ),
        text_fields=recipe.fields,
        threshold=ThresholdFacts(value=0.5, purpose="none"),
    )
    return ModelBundle(Path(model), manifest, classifier, recipe)


def _untrained(model: str, seed: int) -> RelevanceClassifier:
    makers = {
        name: partial(
            build_classifier, read_experiment(name), seed=seed, overrides=Overrides(device="cpu")
        )
        for name in model.split("+")
    }
    if len(makers) == 1:
        return makers[model]()
    return StackingClassifier(makers, meta="logistic", n_folds=3, seed=seed)


def _all_in(classifier: RelevanceClassifier) -> Iterator[RelevanceClassifier]:
    yield classifier
    if isinstance(classifier, StackingClassifier):
        yield from classifier.bases_.values()


def _table(found: Sequence[Found]) -> Iterator[str]:
    """Yield a row for each check: all splits pooled, and how far they lie apart."""
    names = (
        "named",
        "records",
        "claimed",
        "moved",
        "at random",
        "difference, 95 % interval",
        "of the splits, least and most",
        "records in which more",
        "words at random",
    )
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"
    for check in CHECKS:
        pooled = [moved for split in found for moved in split[check]]
        if len({moved.family for moved in pooled}) < 2:
            # Reasons that the model does not give, or too few to say anything of.
            continue
        all_of_it = judge(pooled)
        apart = [
            fmean(moved.named - moved.random for moved in split[check])
            for split in found
            if split[check]
        ]
        cells = (
            f"{check.n_reasons} {check.kind}{'s' * (check.n_reasons > 1)} {check.side}, "
            f"{check.way}",
            f"{all_of_it.n_records}",
            f"{all_of_it.claimed:+.2f}",
            f"{all_of_it.named:+.2f}",
            f"{all_of_it.random:+.2f}",
            f"{all_of_it.advantage.value:+.2f} ({_interval(all_of_it.advantage, '+.2f')})",
            f"{min(apart):+.2f} to {max(apart):+.2f}",
            f"{all_of_it.ahead.value:.1%} ({_interval(all_of_it.ahead, '.1%')})",
            f"{all_of_it.length:.2f}",
        )
        yield f"| {' | '.join(cells)} |".replace("-", "−").replace("%", " %")


def _interval(estimate: Estimate, form: str) -> str:
    return f"{estimate.low:{form}} … {estimate.high:{form}}"


if __name__ == "__main__":
    sys.exit(main())
