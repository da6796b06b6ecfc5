r"""Which text pays: title and abstract, a first claim, all claims, the description in windows.

    python benchmarks/text_fields.py --out text-fields

Real US patents of one week with all claims and descriptions; a topic is an IPC prefix, and a record
is relevant if any of its symbols begins with it. No model sees a symbol. Each record is scored by
models that have not seen its family, in five folds, for each seed; the average precision is that of
all records pooled. A bag of words and a frozen encoder (logistic regression on its vectors) read
the same fields, claims and description cut after --max-words words each; the encoder reads them in
windows of 256 tokens that overlap by 32. Pairs are compared by family as `patsieve compare` does,
with Holm's correction over the pairs of a table.

What the encoder says of a window is kept in --out and computed once for all topics, seeds and
fields; the scores of a fold are kept too, so that a run that was broken off goes on.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.families import group_families
from patsieve.corpus.load import stream_records
from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.corpus.splits import family_folds
from patsieve.corpus.text import TextRecipe
from patsieve.experiments.comparison.compare import compare_systems
from patsieve.experiments.comparison.outcome import PairOutcome
from patsieve.experiments.comparison.words import told_difference
from patsieve.experiments.kept_probabilities import KeptProbabilities
from patsieve.experiments.out_of_fold import score_held_out
from patsieve.finetuning.activation_store import GIB, ActivationStore
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pretrained import load_pretrained
from patsieve.finetuning.window_settings import WINDOW_POOLINGS, Windows
from patsieve.metrics.differences import Difference
from patsieve.metrics.ranking import average_precision
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.models.encoder_texts import windowed
from patsieve.models.linear_head import LinearHead
from patsieve.models.text_vectors import text_vectors
from patsieve.models.windows import pooled_windows

SOURCE = "us_week_fulltext_1100.jsonl.gz"
TOPICS = ("H01L", "A61K", "G06F")
FIELDS = {
    "title, abstract": ("title", "abstract"),
    "+ first claim": ("title", "abstract", "first_claim"),
    "+ all claims": ("title", "abstract", "claims"),
    "+ description": ("title", "abstract", "claims", "description"),
}
WITH_ALL = "+ description"
MAX_TOKENS = 256
WINDOWS = Windows(overlap=32, max_windows=24)
N_FOLDS = 5
# Computed and kept together, so that little is lost when a run is broken off.
_TEXTS_AT_A_TIME = 50

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
# From training and held-out positions and a seed to the probabilities of the held-out records.
Scorer = Callable[[Positions, Positions, int], Floats]


@dataclass(frozen=True)
class Measured:
    """The pooled out-of-fold scores of one system on one topic.

    Attributes
    ----------
    scores : array of shape (n_seeds, n_records)
    precisions : tuple of float
        Average precision of each seed.
    """

    scores: Floats
    precisions: tuple[float, ...]


def main() -> int:
    """Score, compare and print the tables."""
    arguments = _arguments()
    source = Path(arguments.data) / SOURCE
    if not source.is_file():
        print(f"skipped: the public data are not at {source}; set PATSIEVE_DATA")
        return 0
    records = tuple(stream_records(source))[: arguments.records]
    families = group_families(records)
    vectors = _encoder_vectors(records, arguments) if "encoder" in arguments.models else {}
    for topic in arguments.topics:
        corpus = labelled(records, families, topic)
        study = _Study(topic, corpus, arguments)
        print(
            f"\n### {topic}: {len(corpus):,} records in {len(np.unique(families)):,} families, "
            f"{int(corpus.labels.sum())} relevant"
        )
        if vectors:
            read = {name: vectors[name, "mean"] for name in FIELDS}
            _print_table("encoder, windows", study.of_vectors(read))
            ways = {way: vectors[WITH_ALL, way] for way in ("beginning", *WINDOW_POOLINGS)}
            _print_table(f"encoder, {WITH_ALL}, by pooling", study.of_vectors(ways))
        if "bag-of-words" in arguments.models:
            _print_table("bag of words", study.of_words(arguments.max_words))
    return 0


def labelled(records: Sequence[PatentRecord], families: NDArray[np.int64], topic: str) -> Corpus:
    """Return the records with label 1 where any symbol begins with the topic, else 0."""
    return Corpus(
        [
            replace(record, label=int(any(s.startswith(topic) for s in record.cpc_symbols)))
            for record in records
        ],
        families,
    )


def recipe(fields: tuple[str, ...], max_words: int) -> TextRecipe:
    """Return how some fields are read, claims and description cut after so many words."""
    longest = dict.fromkeys({"claims", "first_claim", "description"} & set(fields), max_words)
    return TextRecipe(fields, max_characters=1_000_000, max_words=longest)


class _Study:
    """All systems on one topic."""

    def __init__(self, topic: str, corpus: Corpus, arguments: argparse.Namespace) -> None:
        self._topic = topic
        self._corpus = corpus
        self._seeds = range(1, arguments.seeds + 1)
        self._folder = Path(arguments.out) / "folds"

    def of_vectors(self, systems: dict[str, Floats]) -> "Compared":
        """Return logistic regressions on vectors, one for each system."""
        return self._compared(
            {name: (_by_head(self._corpus, v), _digest(v)) for name, v in systems.items()}
        )

    def of_words(self, max_words: int) -> "Compared":
        """Return bags of words, one for each choice of fields."""
        systems: dict[str, tuple[Scorer, str]] = {}
        for name, fields in FIELDS.items():
            texts = recipe(fields, max_words).compose_all(self._corpus)
            systems[name] = (_by_words(self._corpus, texts), _digest(texts))
        return self._compared(systems)

    def _compared(self, systems: dict[str, tuple[Scorer, str]]) -> "Compared":
        measured = {}
        for name, (scorer, digest) in systems.items():
            scores = np.array([self._pooled(scorer, digest, seed) for seed in self._seeds])
            precisions = [average_precision(self._corpus.labels, row) for row in scores]
            measured[name] = Measured(scores, tuple(precisions))
            print(f"{self._topic}, {name}: {precisions}", file=sys.stderr, flush=True)
        return Compared(self._corpus, measured)

    def _pooled(self, scorer: Scorer, digest: str, seed: int) -> Floats:
        labels, families = self._corpus.labels, self._corpus.families
        scores = np.empty(len(labels))
        folds = family_folds(labels, families, n_folds=N_FOLDS, seed=seed)
        for number, (training, held_out) in enumerate(folds, start=1):
            fingerprint = _digest([digest, labels.tolist(), families.tolist(), seed, number])
            kept = KeptProbabilities(self._folder / f"{fingerprint[:24]}.json", fingerprint)
            known = kept.read(len(held_out))
            if known is None:
                known = scorer(training, held_out, seed)
                kept.write(known)
            scores[held_out] = known
        return scores


@dataclass(frozen=True)
class Compared:
    """Systems on one topic, with what is needed to compare them.

    Attributes
    ----------
    corpus : Corpus
    measured : dict of str to Measured
    """

    corpus: Corpus
    measured: dict[str, Measured]


def _by_head(corpus: Corpus, vectors: Floats) -> Scorer:
    def score(training: Positions, held_out: Positions, seed: int) -> Floats:
        head = LinearHead.fit(
            vectors[training], corpus.labels[training], corpus.families[training], seed=seed
        )
        return head.probabilities(vectors[held_out])

    return score


def _by_words(corpus: Corpus, texts: list[str]) -> Scorer:
    def score(training: Positions, held_out: Positions, seed: int) -> Floats:
        return score_held_out(
            BagOfWordsClassifier(seed=seed),
            texts,
            corpus.labels,
            corpus.families,
            training,
            held_out,
        )

    return score


def _encoder_vectors(
    records: Sequence[PatentRecord], arguments: argparse.Namespace
) -> dict[tuple[str, str], Floats]:
    """Return vectors of all records, by fields and by what becomes of the windows."""
    loaded = load_pretrained(None, pooling="fields")
    model = EncoderWithHead.from_pretrained(loaded, pooling="fields", dropout=0.0, seed=0)
    fabric = make_fabric("auto", "auto")
    model.to(fabric.device).requires_grad_(False).eval()
    store = ActivationStore(Path(arguments.out) / "activations", max_bytes=GIB)
    corpus = Corpus(records, np.arange(len(records)))
    found: dict[tuple[str, str], Floats] = {}
    for name, fields in FIELDS.items():
        texts = recipe(fields, arguments.max_words).compose_all(corpus)
        parts = []
        counts = []
        n_cut = 0
        for start in range(0, len(texts), _TEXTS_AT_A_TIME):
            cut = windowed(
                texts[start : start + _TEXTS_AT_A_TIME],
                loaded.tokenizer,
                max_tokens=MAX_TOKENS,
                windows=WINDOWS,
            )
            parts.append(text_vectors(model, fabric, cut.windows, store))
            counts.append(cut.counts)
            n_cut += cut.windows.n_truncated
            print(f"{name}: {start + len(cut):,} records", file=sys.stderr, flush=True)
        vectors, n_windows = np.concatenate(parts), np.concatenate(counts)
        for pooling in WINDOW_POOLINGS:
            found[name, pooling] = pooled_windows(vectors, n_windows, pooling)
        found[name, "beginning"] = vectors[np.cumsum(n_windows) - n_windows]
        print(
            f"encoder, {name}: {n_windows.mean():.1f} windows a record, at most "
            f"{n_windows.max()}; {n_cut} records have more than are read",
            flush=True,
        )
    return found


def _digest(content: Floats | list[str] | list[object]) -> str:
    told = content.tobytes() if isinstance(content, np.ndarray) else json.dumps(content).encode()
    return sha256(told).hexdigest()


def _print_table(title: str, compared: Compared) -> None:
    outcome = compare_systems(
        compared.corpus.labels,
        {name: each.scores for name, each in compared.measured.items()},
        families=compared.corpus.families,
    )
    print(f"\n| {title} | average precision |\n|---|---|")
    for name, each in compared.measured.items():
        spread = stdev(each.precisions) if len(each.precisions) > 1 else float("nan")
        print(f"| {name} | {fmean(each.precisions):.3f} ± {spread:.3f} |")
    print("\n| pair | difference (95 % interval) | better |\n|---|---|---|")
    for line in _pair_lines(outcome.pairs):
        print(line, flush=True)


def _pair_lines(pairs: Sequence[PairOutcome]) -> Iterator[str]:
    for pair in pairs:
        better = "not decided" if pair.better is None else pair.better
        yield (
            f"| {pair.second} less {pair.first} | {told_difference(_turned(pair.headline))} | "
            f"{better} |"
        )


def _turned(difference: Difference) -> Difference:
    """Return a difference as seen from the other side."""
    return replace(difference, value=-difference.value, low=-difference.high, high=-difference.low)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, default=os.environ.get("PATSIEVE_DATA", "../shared/data"))
    add("--out", type=Path, required=True, help="folder of what is kept between runs")
    add("--topics", nargs="+", default=list(TOPICS), metavar="PREFIX")
    add("--models", nargs="+", default=["encoder", "bag-of-words"], metavar="MODEL",
        choices=["encoder", "bag-of-words"])  # fmt: skip
    add("--seeds", type=int, default=3)
    add("--max-words", type=int, default=600, help="of claims, and of the description")
    add("--records", type=int, default=None, help="only the first so many, to try it out")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
