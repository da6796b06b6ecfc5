"""A study made up of planted runs: of the catalogue's entries, with stages, twins and notes."""

from dataclasses import replace

import numpy as np
from planted_runs import SEEDS, planted

from patsieve.experiments.spec import read_experiment
from patsieve.experiments.study_result import StudyResult
from patsieve.finetuning.events import EpochRecord

# Entry: how far apart its scores lie, after which epoch the loss rises and how fast, stages.
ENTRIES = {
    "bag-of-words": (1.9, 0, 0.0, 0),
    "hn-bt-05.3.2": (2.2, 7, 0.02, 1),
    "hn-ensemble-in-sample": (2.3, 0, 0.0, 0),
    "hn-pt-01": (0.9, 9, 0.0, 0),
    "hn-pt-02": (1.7, 9, 0.005, 0),
    "hn-pt-03": (0.4, 6, 0.06, 1),
    "hn-pt-04": (0.5, 6, 0.05, 3),
    "hn-pt-04.1": (2.1, 7, 0.015, 5),
    "hn-pt-05": (0.5, 6, 0.05, 1),
    "hn-pt-05.3": (2.0, 6, 0.06, 1),
    "hn-pt-05.4": (2.1, 7, 0.03, 1),
    "hn-pt-05.5": (2.2, 8, 0.025, 1),
    "hn-pt-05.3.2": (2.2, 7, 0.02, 1),
    "hn-pt-05.5.1": (2.25, 8, 0.02, 1),
    "hn-pt-05.5.2": (2.4, 8, 0.02, 1),
    "hn-pt-05.5.3": (2.3, 8, 0.02, 1),
    "pt-weighted-loss": (2.35, 9, 0.01, 1),
    "wish-focal-loss": (2.4, 8, 0.015, 1),
    "recommended": (2.8, 9, 0.005, 2),
}
TWINS = {"hn-bt-05.3.2": "hn-pt-05.3.2"}


def planted_study(entries=tuple(ENTRIES), *, seeds=SEEDS, **changes) -> StudyResult:
    """A study of these entries; `changes` are of the fields of `StudyResult`."""
    runs = {
        name: tuple(planted_run(name, seed) for seed in seeds)
        for name in entries
        if name not in TWINS
    }
    study = StudyResult(
        title=f"Which layers to unfreeze: {len(entries)} experiments on labelled.csv",
        data={
            "file": "labelled.csv",
            "digest": "3f2a9c",
            "n_records": 2184,
            "n_relevant": 611,
            "prevalence": 611 / 2184,
            "parts": {"training": 1528, "validation": 328, "test": 328},
        },
        runs=runs,
        specs={name: read_experiment(name) for name in entries},
        twins={twin: name for twin, name in TWINS.items() if twin in entries and name in entries},
        settings={
            "checkpoint": "embedded",
            "device": "cpu",
            "precision": "bf16",
            "versions": {"torch": "2.13.0", "numpy": "2.3.1"},
            "predicted_seconds": 4100.25,
            "measured_seconds": 3987.5,
            "shared_epochs": 204,
            "cache_bytes": 1_234_567_890,
            "commands": ["patsieve study labelled.csv --experiments 'hn-*' --seeds 3 --out study"],
        },
        notes=("hn-pt-03, seed 2, ended before it unfroze anything.",),
    )
    return replace(study, **changes)


def planted_run(name, seed):
    separation, lowest, rise, stages = ENTRIES.get(name, (2.0, 7, 0.02, 1))
    noise = np.random.default_rng([seed, len(name)])
    history = _history(noise, lowest, rise, stages) if lowest else ()
    run = planted(name, seed, separation=separation + 0.1 * noise.normal(), history=history)
    best = min(history, key=lambda r: r.validation["loss"]).epoch if history else 0
    ranked = run.test["average_precision"] + 0.01 * noise.normal()
    return replace(
        run,
        best_epoch=best,
        seconds=40 + 3 * separation + noise.random(),
        stop_reason="5 epochs without improvement" if history else "",
        validation={**run.validation, "average_precision": ranked},
    )


def _history(noise, lowest, rise, stages):
    epochs, validation, training = [], 0.58, 0.6
    for number in range(1, lowest + 5 + int(noise.integers(0, 2))):
        move = -0.025 if number <= lowest else rise
        validation += move + 0.012 * noise.normal()
        training *= 0.98 if number < 6 else 1 - 3 * rise
        stage = 0 if number < 6 or not stages else 1
        epochs.append(
            EpochRecord(
                epoch=number,
                stage=("head", "layers")[stage],
                stage_index=stage,
                stage_round=max(1, min(number - 5, stages)) if stage else 1,
                training={"loss": training, "mcc": 1 - training, "accuracy": 1 - training / 2},
                validation={
                    "loss": validation,
                    "mcc": 1.1 - validation,
                    "accuracy": 1 - validation / 2,
                    "average_precision": 1.2 - validation,
                },
                learning_rates={"classifier": 1e-3},
                trainable_parameters=148_000 + 5_300_000 * stage,
                records_per_second=10.0,
                seconds=1.0,
            )
        )
    return tuple(epochs)
