"""What a search says of itself: trials in a line each, and how far its best can be believed."""

from collections import Counter
from collections.abc import Sequence

from patsieve.experiments.spec import ExperimentSpec
from patsieve.experiments.tune_record import TrialRecord, best_of


def told_settings(spec: ExperimentSpec, number: int) -> str:
    """Say what a trial tries, in the order of the search's settings."""
    if number == 0:
        return f"the starting experiment, {spec.name}"
    last, loss = spec.stages[-1], spec.training.loss
    encoder_rate = next(iter(last.learning_rates.values()), None)
    parts = [f"{last.name} from epoch {last.from_epoch or 1}" if encoder_rate else "head only"]
    if "embeddings" in last.train:
        parts[0] += " with embeddings"
    rates = f"rates {last.learning_rate:g}"
    parts.append(rates if encoder_rate is None else f"{rates} and {encoder_rate:g}")
    parts.append(f"batches of {spec.training.batch_size}")
    if loss.class_weights is not None:
        parts.append(f"class weights 1 and {loss.class_weights[1]:g}")
    else:
        kind = f"focal loss {loss.focal_gamma:g}" if loss.focal_gamma else "cross-entropy"
        parts.append(f"{kind}, {spec.training.sampling} draws")
    return ", ".join(parts)


def told_result(record: TrialRecord, before: Sequence[TrialRecord], metric: str) -> str:
    """Say what a trial came to, beside the best one so far."""
    if record.value is None:
        return f"{record.state} after {_epochs(record.epochs)}: {record.reason}"
    best = best_of(before, metric)
    if best is None or best.value is None:
        return f"{metric} {record.value:.3f} after {_epochs(record.epochs)}"
    is_best = best_of((*before, record), metric) is record
    beside = f"the best so far, before {best.value:.3f}" if is_best else f"{best.value:.3f} leads"
    return f"{metric} {record.value:.3f} after {_epochs(record.epochs)}; {beside}"


def told_states(records: Sequence[TrialRecord]) -> str:
    """Say how the trials ended: ``20 trials (12 complete, 7 pruned, 1 failed)``."""
    counts = Counter(record.state for record in records)
    said = ", ".join(
        f"{counts[state]} {state}" for state in ("complete", "pruned", "failed") if counts[state]
    )
    return f"{len(records)} trial{'' if len(records) == 1 else 's'} ({said})"


def told_selection(records: Sequence[TrialRecord]) -> str:
    """Say what choosing the best does to its value on the validation records."""
    complete = sum(record.state == "complete" for record in records)
    if complete == 1:
        return "only one trial is complete, so nothing was chosen"
    return (
        f"the best of {complete} complete trials was chosen by its value on the validation "
        "records, so that value is optimistic; the test records took no part in the choice"
    )


def head_of_best(
    best: TrialRecord, start: TrialRecord, records: Sequence[TrialRecord], metric: str
) -> list[str]:
    """Return the comment at the head of the best experiment's file."""
    which = "the starting experiment itself" if best is start else f"trial {best.number}"
    return [
        f"Found by `patsieve tune`: {which} of {told_states(records)}.",
        f"{metric} {best.value:.4f}; the starting experiment has {start.value:.4f}.",
        *_wrapped(told_selection(records)),
    ]


def _wrapped(sentence: str, width: int = 90) -> list[str]:
    lines = [""]
    for word in f"{sentence[0].upper()}{sentence[1:]}.".split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _epochs(count: int) -> str:
    return "1 epoch" if count == 1 else f"{count} epochs"
