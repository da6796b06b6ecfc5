r"""A study of the reference catalogue against the same runs one by one with transformers' Trainer.

    patsieve study FILE --experiments 'hn-pt-*',hn-bt-05.3.2,bt-weighted-loss,pt-weighted-loss \
        --seeds 1 --no-tracking --out benchmarks/study-once
    python benchmarks/catalogue_speed.py --study benchmarks/study-once

What the study took is read from its folder. For the Trainer, an epoch is timed for every set of
tensors that some epoch of the study trained, on a part of the records, with its own length groups
and dynamic padding, and counted as often as the study has such epochs, scaled to all records by
tokens. Every entry counts with all of its epochs: whoever runs them one by one shares
neither first stages nor twins. Loading, and scoring at the end, are not counted for the Trainer.

Needs the environment of `make bench-training`.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from patsieve.experiments.build import build_schedule
from patsieve.experiments.identity import twins_among
from patsieve.experiments.spec import read_experiment
from patsieve.experiments.study_request import select_experiments
from patsieve.experiments.study_run import StudyRun
from patsieve.finetuning.freezing import trainable_tensors
from patsieve.finetuning.outline import outline_of
from peers.classifier import PeerStage, make_classifier, peer_name
from peers.common import POOLING, Clock, Run, Texts
from peers.hf_trainer import train_stages
from peers.texts import TextRequest, prepared

EXPERIMENTS = ("hn-pt-*", "hn-bt-05.3.2", "bt-weighted-loss", "pt-weighted-loss")
_RATE = 1e-5


def main() -> int:
    """Time the Trainer's epochs and print the sums."""
    arguments = _arguments()
    runs = tuple(_runs(arguments.study))
    whole, part = (
        prepared(TextRequest(str(arguments.source.resolve()), 0, n_records, None), arguments.study)
        for n_records in (None, arguments.records)
    )
    scale = _tokens(whole) / _tokens(part)
    # Runs that come to the same on this encoder are in the study once.
    twins = twins_among(select_experiments(EXPERIMENTS), None)
    epochs: Counter[tuple[str, ...]] = Counter()
    ours = 0.0
    for run in runs:
        ours += run.seconds
        times = 1 + list(twins.values()).count(run.experiment)
        for trainable in _trained(run):
            epochs[trainable] += times
    theirs = 0.0
    print("| lowest that trains | tensors | epochs | s an epoch |\n|---|---|---|---|")
    for trainable, count in sorted(epochs.items(), key=lambda item: len(item[0])):
        seconds = scale * _epoch(trainable, part, arguments)
        theirs += count * seconds
        print(f"| {_lowest(trainable)} | {len(trainable)} | {count} | {seconds:.1f} |", flush=True)
    print(
        f"\nThe Trainer, {sum(epochs.values())} epochs one by one: {theirs / 60:.1f} min; the "
        f"study, {len(runs)} runs with everything: {ours / 60:.1f} min; ratio {theirs / ours:.1f}."
    )
    forecast = [run for run in runs if "predicted_seconds" in run.facts]
    taken = sum(run.seconds for run in forecast)
    said = sum(float(run.facts["predicted_seconds"]) for run in forecast)
    print(f"Forecast of the study's epochs: {said:.0f} s for {taken:.0f} s ({said / taken:.2f}).")
    return 0


def _runs(study: Path) -> Iterator[StudyRun]:
    for file in sorted((study / "runs").glob("*.json")):
        run = StudyRun.from_json(json.loads(file.read_text(encoding="utf-8"))["run"])
        if run.history:
            yield run


def _trained(run: StudyRun) -> Iterator[tuple[str, ...]]:
    """Yield the tensors that each epoch trained."""
    spec = read_experiment(run.experiment)
    groups = outline_of(None, pooling=spec.encoder.pooling).groups
    stages = build_schedule(spec).stages
    for epoch in run.history:
        yield trainable_tensors(stages[epoch.stage_index], groups, stage_round=epoch.stage_round)


def _epoch(trainable: tuple[str, ...], texts: Texts, arguments: argparse.Namespace) -> float:
    run = Run(
        system="transformers",
        precision=arguments.precision,
        seed=1,
        tokens="",
        epochs=1,
        head_epochs=1,
        threads=arguments.threads,
    )
    model, _ = make_classifier(run)
    prefix = model.base_model_prefix
    stage = PeerStage({peer_name(name, prefix): _RATE for name in trainable}, 0.01)
    clock = Clock()
    train_stages(run, texts, model, (stage,), clock)
    return clock.epochs[0]["wall"]


def _tokens(texts: Texts) -> int:
    return int(texts.training.texts.lengths.sum())


def _lowest(trainable: tuple[str, ...]) -> str:
    groups = outline_of(None, pooling=POOLING).groups
    return next(name for name, tensors in groups.tensors.items() if set(tensors) & set(trainable))


def _arguments() -> Any:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    data = Path(os.environ.get("PATSIEVE_DATA", "../shared/data"))
    add("--study", type=Path, required=True, help="the folder of the study")
    add("--source", type=Path, default=data / "hydrogenstorage.csv")
    add("--records", type=int, default=200, help="of which the Trainer's epochs are timed")
    add("--precision", default="bf16", choices=["bf16", "32"])
    add("--threads", type=int, default=os.cpu_count())
    found = parser.parse_args()
    torch.set_num_threads(found.threads)
    return found


if __name__ == "__main__":
    sys.exit(main())
