r"""What the dry run says of memory and cache, against what a run takes.

    python benchmarks/memory_forecast.py

For each experiment the dry run's peak memory and largest cache, and those of a run of the
experiment, each in a process of its own: peak resident memory as the system counts it, from the
start of Python on. Runs are as long as the experiment's stages need (`--epochs` ends them sooner).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from patsieve.corpus.load import LoadOptions
from patsieve.experiments.build import (
    Overrides,
    build_classifier,
    build_settings,
    build_text_recipe,
)
from patsieve.experiments.dry_run import plan_schedule
from patsieve.experiments.fitting import fit_on
from patsieve.experiments.partition import SplitRequest, load_partition
from patsieve.experiments.spec import read_experiment
from patsieve.experiments.text_lengths import measured_lengths
from patsieve.models.encoder import EncoderClassifier

WHERE = {"stratum": ("relevant", "read_and_rejected")}
EXPERIMENTS = ("hn-pt-02", "hn-pt-05.5.2", "hn-pt-05.5", "hn-pt-05", "hn-pt-03", "recommended")
_MEGA = 1e6


def main() -> int:
    """Measure every experiment and print the table."""
    arguments = _arguments()
    source = Path(arguments.data) / f"{arguments.set}.csv"
    if not source.is_file():
        print(f"skipped: {source} is not there; set PATSIEVE_DATA to where the public data lie")
        return 0
    if arguments.one:
        found = _run(arguments, source) if arguments.measured else _plan(arguments, source)
        print(json.dumps(found))
        return 0
    heads = ("experiment", "peak, dry run", "peak, run", "ratio", "cache, dry run", "cache, run")
    print("| " + " | ".join(heads) + " |\n|---|" + "---|" * (len(heads) - 1))
    for name in arguments.experiments:
        planned = _in_own_process(arguments, name, measured=False)
        taken = _in_own_process(arguments, name, measured=True)
        cells = [
            name,
            f"{planned['peak'] / _MEGA:.0f} MB",
            f"{taken['peak'] / _MEGA:.0f} MB",
            f"{planned['peak'] / taken['peak']:.2f}",
            f"{planned['cache'] / _MEGA:.1f} MB",
            f"{taken['cache'] / _MEGA:.1f} MB",
        ]
        print("| " + " | ".join(cells) + " |", flush=True)
    return 0


def _in_own_process(
    arguments: argparse.Namespace, name: str, *, measured: bool
) -> dict[str, float]:
    command = [sys.executable, __file__, "--data", str(arguments.data), "--set", arguments.set]
    command += ["--one", name, "--precision", arguments.precision]
    command += [] if arguments.checkpoint is None else ["--checkpoint", arguments.checkpoint]
    command += [] if arguments.epochs is None else ["--epochs", str(arguments.epochs)]
    command += ["--measured"] if measured else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _plan(arguments: argparse.Namespace, source: Path) -> dict[str, float]:
    spec, given = read_experiment(arguments.one), _overrides(arguments)
    lengths, _ = measured_lengths(spec, source, LoadOptions(where=WHERE), overrides=given)
    plan = plan_schedule(spec, texts=lengths, overrides=given)
    return {"peak": plan.peak.total, "cache": plan.largest_cache}


def _run(arguments: argparse.Namespace, source: Path) -> dict[str, float]:
    spec, given = read_experiment(arguments.one), _overrides(arguments)
    partition = load_partition(source, LoadOptions(where=WHERE), SplitRequest())
    classifier: Any = build_classifier(spec, seed=1, overrides=given)
    assert isinstance(classifier, EncoderClassifier)
    if arguments.epochs is not None:
        settings = build_settings(spec, seed=1)
        n_epochs = min(settings.max_epochs, arguments.epochs)
        classifier.settings = replace(settings, max_epochs=n_epochs)
    fit_on(classifier, partition, build_text_recipe(spec))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return {
        "peak": float(peak if sys.platform == "darwin" else peak * 1024),
        "cache": float(classifier.result_.cache_bytes),
    }


def _overrides(arguments: argparse.Namespace) -> Overrides:
    return Overrides(checkpoint=arguments.checkpoint, device="cpu", precision=arguments.precision)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", default=os.environ.get("PATSIEVE_DATA", "../shared/data"))
    add("--set", default="hydrogenstorage")
    add("--experiments", nargs="+", default=list(EXPERIMENTS))
    add("--checkpoint", help="a folder or Hub name instead of the embedded encoder")
    add("--precision", default="auto", choices=["auto", "32", "bf16"])
    add("--epochs", type=int, help="end runs after so many")
    add("--one", help=argparse.SUPPRESS)
    add("--measured", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
