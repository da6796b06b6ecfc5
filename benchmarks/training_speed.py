r"""The same experiment by patsieve, transformers' Trainer and finetuning-scheduler.

    python benchmarks/training_speed.py --out benchmarks/speed

The experiment is `hn-pt-05.5.2` on the embedded encoder: classifier and pooler for 5 epochs at
1e-3, then for 7 more the encoder layer that stands for 18-20 of 24 too, at 1e-4; batches of 8,
AdamW, rates fixed, no early stopping.

Parity comes first: identical batches in identical order, no dropout, 32 bit. The validation losses
after each epoch stand side by side and must agree to 1e-3. Then speed: each system with its own
batches (length groups and padding to the longest of a batch for all) and the checkpoint's dropout
in what trains, in 32 bit and bfloat16. Runs take turns, each in a process of its own. What is in
OUT/runs.jsonl is not run again, so it can be stopped and started, and the tables can be had of
what there is.

The peers are no dependencies of patsieve: benchmarks/requirements-peers.txt, `make bench-training`.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from peers.common import Run, Texts
from peers.report import PARITY, Result, largest_difference, parity_table, speed_table
from peers.single_run import MODULES
from peers.texts import TextRequest, tokens_file
from peers.work import operations, peak_rate

# The head trains alone for as large a share of the epochs as in the study: 5 of 12.
_HEAD_SHARE = 5 / 12
_NEEDED = {"transformers": "accelerate", "finetuning-scheduler": "finetuning_scheduler"}


def main() -> int:
    """Run what is missing and print the tables."""
    arguments = _arguments()
    request = _texts(arguments)
    absent = _absent(arguments.systems)
    if request is None or absent:
        print(f"skipped: {absent or 'no labelled file; set PATSIEVE_DATA or give --generated N'}")
        return 0
    tokens = tokens_file(request, arguments.out)
    first = Run(
        system="patsieve",
        precision="32",
        seed=arguments.seeds[0],
        tokens=str(tokens.resolve()),
        checkpoint=arguments.checkpoint,
        epochs=arguments.epochs,
        head_epochs=max(1, round(arguments.epochs * _HEAD_SHARE)),
        draws=arguments.draws,
        # Nobody else has length groups together with balanced draws: they are given ours.
        batches="shared" if arguments.draws == "balanced" else arguments.batches,
        attention=arguments.attention,
        threads=arguments.threads,
        device=arguments.device,
    )
    journal = Journal(arguments.out / "runs.jsonl")
    _say_what(tokens, first)
    if "parity" in arguments.only:
        alike = replace(first, draws="balanced", batches="shared", dropout=0.0)
        results = journal.results(replace(alike, system=name) for name in arguments.systems)
        print("\n## Parity\n", *parity_table(results), sep="\n", flush=True)
        if largest_difference(results) > PARITY:
            print("the systems do not do the same; times would mean nothing", file=sys.stderr)
            return 1
    if "speed" in arguments.only:
        results = journal.results(
            replace(first, system=name, precision=precision, seed=seed)
            for seed in arguments.seeds
            for precision in arguments.precisions
            for name in arguments.systems
        )
        print("\n## Speed\n", *speed_table(results), sep="\n", flush=True)
    return 0


class Journal:
    """Runs that were done, a line of JSON each.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[dict[str, Any]] = []
        if path.exists():
            with path.open(encoding="utf-8") as file:
                self._lines = [json.loads(line) for line in file if line.endswith("\n")]

    def results(self, runs: Iterable[Run]) -> list[Result]:
        """Return the outcome of each run, in their order; do those that were not done yet."""
        return [self._result(run) for run in runs]

    def _result(self, run: Run) -> Result:
        texts = Texts.load(Path(run.tokens))
        done = self._found("run", _key(run))
        if done is None:
            rate = self._rate(run)
            done = self._add("run", _key(run), {"peak_rate": rate, **_in_own_process(run)})
        return Result(run, done, operations(run, texts), done["peak_rate"])

    def _rate(self, run: Run) -> float:
        """Return the peak rate in the round (the seed) of a run."""
        asked = {"precision": run.precision, "device": run.device, "threads": run.threads}
        key = {**asked, "round": run.seed}
        found = self._found("rate", key)
        if found is None:
            rate = peak_rate(run.precision, device=run.device, threads=run.threads)
            found = self._add("rate", key, {"operations_per_second": rate})
        return float(found["operations_per_second"])

    def _found(self, kind: str, key: dict[str, Any]) -> dict[str, Any] | None:
        for line in self._lines:
            if line["kind"] == kind and line["key"] == key:
                found: dict[str, Any] = line["value"]
                return found
        return None

    def _add(self, kind: str, key: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        line = {"kind": kind, "key": key, "value": value}
        self._lines.append(line)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return value


def _key(run: Run) -> dict[str, Any]:
    return {**run.as_json(), "tokens": Path(run.tokens).name}


def _in_own_process(run: Run) -> dict[str, Any]:
    print(f"{run.system}, {run.precision}, seed {run.seed} …", end=" ", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        request, outcome = Path(folder) / "request.json", Path(folder) / "outcome.json"
        request.write_text(json.dumps(run.as_json()), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "peers.single_run", str(request), str(outcome)],
            env=os.environ | _environment(run),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            raise SystemExit(f"the run by {run.system} failed; see above")
        found: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
    print(f"{found['wall']:.1f} s, CPU {found['cpu']:.1f} s", file=sys.stderr, flush=True)
    return found


def _environment(run: Run) -> dict[str, str]:
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    return {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "OMP_NUM_THREADS": str(run.threads),
        "TOKENIZERS_PARALLELISM": "false",
    }


def _texts(arguments: argparse.Namespace) -> TextRequest | None:
    source = Path(arguments.data) / f"{arguments.set}.csv"
    if not arguments.generated and not source.is_file():
        return None
    return TextRequest(
        source=None if arguments.generated else str(source.resolve()),
        generated=arguments.generated,
        records=arguments.records,
        checkpoint=arguments.checkpoint,
    )


def _absent(systems: Sequence[str]) -> str:
    needed = [_NEEDED[name] for name in systems if name in _NEEDED]
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if not missing:
        return ""
    return (
        f"{' and '.join(missing)} not installed; `make bench-training` installs the peers into an "
        "environment of their own, --systems patsieve does without"
    )


def _say_what(tokens: Path, run: Run) -> None:
    texts = Texts.load(tokens)
    for sentence in _facts(texts, run):
        print(sentence, file=sys.stderr, flush=True)


def _facts(texts: Texts, run: Run) -> Iterator[str]:
    for name, part in (("training", texts.training), ("validation", texts.validation)):
        lengths = part.texts.lengths
        yield (
            f"{len(lengths)} {name} records, {int(part.labels.sum())} relevant, "
            f"{lengths.mean():.0f} tokens on average, {lengths.max()} at most"
        )
    yield f"{run.epochs} epochs, the first {run.head_epochs} head-only; {run.threads} threads"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--out", type=Path, required=True)
    add("--data", default=os.environ.get("PATSIEVE_DATA", "../shared/data"))
    add("--set", default="hydrogenstorage", help="a labelled file of --data")
    add("--generated", type=int, default=0, metavar="N", help="N generated patents instead")
    add("--records", type=int, metavar="N", help="only N records")
    add("--checkpoint", help="a folder or Hub name instead of the embedded encoder")
    add("--only", nargs="+", default=["parity", "speed"], choices=["parity", "speed"])
    add("--systems", nargs="+", default=list(MODULES), choices=list(MODULES))
    add("--precisions", nargs="+", default=["bf16", "32"], choices=["bf16", "32"])
    add("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5])
    add("--epochs", type=int, default=12)
    add("--draws", default="uniform", choices=["uniform", "balanced"])
    add("--batches", default="own", choices=["own", "shared"], help="of the peers")
    add("--attention", default="sdpa", choices=["sdpa", "eager"], help="of the peers")
    add("--threads", type=int, default=os.cpu_count())
    add("--device", default="cpu", choices=["cpu", "cuda"])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
