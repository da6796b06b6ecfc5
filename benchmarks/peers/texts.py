"""The common texts: read, split, tokenized once, and left to all runs in one file."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.load import LoadOptions, load_corpus
from patsieve.corpus.splits import split_by_family
from patsieve.corpus.synthetic import write_patents
from patsieve.experiments.build import build_text_recipe
from patsieve.experiments.spec import read_experiment
from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.outline import tokenizer_of
from patsieve.finetuning.streams import stream
from patsieve.models.encoder_texts import tokenized
from peers.common import EXPERIMENT, Texts

# The honest test: relevant against what a search found and a reader rejected.
WHERE = {"stratum": ("relevant", "read_and_rejected")}
# Of the split, the sample and the generated patents; every run of a benchmark has the same texts.
_SEED = 1


@dataclass(frozen=True)
class TextRequest:
    """Which texts to train on.

    Attributes
    ----------
    source : str, optional
        A labelled file; None generates patents.
    generated : int
        How many, where there is no file.
    records : int, optional
        Take so many records of the file, at its prevalence.
    checkpoint : str, optional
        Whose tokenizer.
    """

    source: str | None
    generated: int
    records: int | None
    checkpoint: str | None


def tokens_file(request: TextRequest, folder: Path) -> Path:
    """Return the file with the tokenized texts, made unless it is there."""
    asked = hashlib.sha256(json.dumps(asdict(request)).encode()).hexdigest()
    path = folder / f"tokens-{asked[:12]}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        prepared(request, folder).save(path.with_suffix(".part"))
        path.with_suffix(".part").rename(path)
    return path


def prepared(request: TextRequest, folder: Path) -> Texts:
    """Read, split and tokenize, as the experiment has it.

    Parameters
    ----------
    folder : Path
        Where generated patents are written.
    """
    if request.source is None:
        source = folder / f"generated-{request.generated}.csv"
        write_patents(source, request.generated, seed=_SEED)
        corpus = load_corpus(source, LoadOptions())
    else:
        corpus = load_corpus(Path(request.source), LoadOptions(where=WHERE))
    if request.records is not None:
        corpus = corpus.select(sample(corpus.labels, request.records))
    split = split_by_family(corpus.labels, corpus.families, seed=_SEED)
    spec = read_experiment(EXPERIMENT)
    texts = build_text_recipe(spec).compose_all(corpus)
    tokenizer = tokenizer_of(request.checkpoint)

    def part(indices: NDArray[np.intp]) -> LabelledTokens:
        chosen = [texts[i] for i in indices]
        return LabelledTokens(
            tokenized(chosen, tokenizer, max_tokens=spec.encoder.max_tokens),
            corpus.labels[indices],
        )

    return Texts(part(split.training), part(split.validation))


def sample(labels: NDArray[np.int64], n_records: int) -> NDArray[np.intp]:
    """Return positions of so many records at the prevalence of `labels`, in order.

    All of them where there are no more.
    """
    if n_records >= len(labels):
        return np.arange(len(labels), dtype=np.intp)
    n_relevant = round(n_records * float(np.mean(labels == 1)))
    chosen = []
    for label, count in ((1, n_relevant), (0, n_records - n_relevant)):
        members = np.flatnonzero(labels == label)
        chosen.append(stream(_SEED, "sample", label).permutation(members)[:count])
    return np.sort(np.concatenate(chosen)).astype(np.intp)
