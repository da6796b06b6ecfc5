"""How a model was made: the experiment, its seed, what a stack is made of, the software."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from patsieve.screening.card.document import Block, Bullets, Facts, Grid, Paragraph, Section
from patsieve.screening.card.facts import CardFacts, recorded, sentence, written

_KINDS = {
    "bag-of-words": "weighted words and word fragments, and a linear model",
    "embedding": "a logistic regression on what a frozen encoder says of a text",
    "encoder": "an encoder that was fine-tuned",
    "column": "the scores of another system, from a column of the file",
    "stacking": "a stack of several classifiers",
}
_METAS = {
    "average": "the plain average",
    "logistic": "logistic regression",
    "xgboost": "XGBoost",
    "chosen": "whichever of average, logistic regression and XGBoost does best",
}


def making(facts: CardFacts) -> Section:
    """Return the section on the training."""
    found = facts.manifest
    experiment = found.experiment
    libraries = ", ".join(f"{name} {version}" for name, version in found.libraries.items())
    rows = (
        ("experiment", facts.name),
        ("in a sentence", recorded(experiment.get("summary"))),
        ("kind", _KINDS.get(facts.kind, facts.kind)),
        ("checkpoint it started from", _checkpoint(facts)),
        ("seed", str(found.seed)),
        *_epochs(facts),
        ("made", found.created),
        ("patsieve", found.patsieve_version),
        ("libraries", recorded(libraries)),
        ("commit of the folder it was made in", recorded(found.commit)),
    )
    return Section(
        "making",
        "How it was made",
        (Facts(rows), *_notes(experiment), *_stack(facts), *_stages(experiment)),
    )


def tried(caption: str, losses: Mapping[str, Mapping[str, float]]) -> Grid:
    """Return a table of what was tried on records that it had not learnt from."""
    rows = tuple(
        (name, written(loss["log_loss"]), f"{loss['brier']:.4f}") for name, loss in losses.items()
    )
    return Grid(caption, ("tried", "log loss", "Brier score"), rows)


def _checkpoint(facts: CardFacts) -> str:
    if facts.kind in ("bag-of-words", "column"):
        return "none: it is no encoder"
    if facts.kind == "stacking" and facts.manifest.pretrained is None:
        return "those of its parts"
    return recorded(facts.manifest.pretrained)


def _epochs(facts: CardFacts) -> Iterator[tuple[str, str]]:
    training = facts.training
    if "best_epoch" not in training:
        return
    averaged = training.get("averaged_epochs") or []
    kept = f"those after epoch {training['best_epoch']}"
    if averaged:
        kept = f"the mean of those after epochs {', '.join(map(str, averaged))}"
    yield "epochs", str(len(training.get("history", ())))
    yield "training ended because", recorded(training.get("stop_reason"))
    yield "weights", kept
    if training.get("prior_shift"):
        shift = written(training["prior_shift"])
        yield "taken off the log-odds, for balanced draws or class weights", shift
    if training.get("fresh_tensors"):
        yield "not in the checkpoint, so begun anew", ", ".join(training["fresh_tensors"])


def _notes(experiment: Mapping[str, Any]) -> Iterator[Block]:
    if experiment.get("notes"):
        yield Paragraph("What the experiment's file says besides:")
        yield Bullets(tuple(map(str, experiment["notes"])))


def _stack(facts: CardFacts) -> Iterator[Block]:
    stacking = facts.manifest.experiment.get("stacking")
    if stacking is None:
        return
    meta = stacking.get("meta")
    rows = [
        ("stacked", ", ".join(map(_base_name, stacking.get("bases", ())))),
        ("weighed by", _METAS.get(meta, recorded(meta))),
    ]
    if meta != "average":
        folds = stacking.get("n_folds")
        scores = recorded(stacking.get("scores"))
        rows.append(
            (
                "the weights were learnt from",
                f"{scores} scores, {folds} folds by family" if scores == "out-of-fold" else scores,
            )
        )
    yield Facts(tuple(rows))
    choice = facts.training.get("meta")
    if choice is not None:
        yield Paragraph(sentence(choice["reason"]))
        if choice["tried"]:
            caption = "Ways to weigh the parts, each on families that it had not learnt from."
            yield tried(caption, {_METAS.get(k, k): loss for k, loss in choice["tried"].items()})
    elif meta == "chosen":
        yield Paragraph(f"Why it was chosen is {recorded(None)}.")


def _base_name(base: str) -> str:
    """Return an experiment's name; of a file of one's own, without its folders."""
    return Path(base).stem if base.endswith(".toml") else base


def _stages(experiment: Mapping[str, Any]) -> Iterator[Block]:
    stages = experiment.get("stages") or ()
    if not stages:
        return
    rows = tuple(
        (
            str(stage.get("name", place)),
            _trained(stage),
            f"{stage['learning_rate']:g}" if "learning_rate" in stage else recorded(None),
            _begins(place, stage),
        )
        for place, stage in enumerate(stages, 1)
    )
    header = ("stage", "what trains", "learning rate", "begins")
    yield Grid("What trained when; all else was frozen.", header, rows, of_words=True)


def _trained(stage: Mapping[str, Any]) -> str:
    parts = list(stage.get("train") or ())
    if stage.get("surgical"):
        parts.append(f"{stage['surgical']} layers chosen by their gradients")
    if stage.get("grow_percent"):
        parts.append(f"{stage['grow_percent']:g} % more of the encoder each time")
    rates = stage.get("learning_rates") or {}
    own = "".join(f"; {group} at {rate:g}" for group, rate in rates.items())
    return f"{', '.join(parts)}{own}"


def _begins(place: int, stage: Mapping[str, Any]) -> str:
    ways = []
    if stage.get("from_epoch"):
        ways.append(f"at epoch {stage['from_epoch']}")
    if stage.get("on_plateau"):
        again = " and at each further plateau" if stage.get("repeat") else ""
        ways.append(f"after {stage['on_plateau']} epochs without improvement{again}")
    if not ways:
        return "at once" if place == 1 else "after the stage before"
    return " or ".join(ways)
