r"""The experiments on three sets of real patents: 5-fold cross-validation over families.

    python benchmarks/landscaping.py --out benchmarks/oof

Takes an hour or more on two cores; what is in --out already is not computed again, so it can
be stopped and started. It calls `crossval`, as `patsieve crossval` does, with

    patsieve crossval FILE --where stratum=relevant,read_and_rejected \
        --experiment NAME --folds 5 --seeds 1,2,3 --out OUT/SET

and prints the Markdown tables of docs/benchmarks.md: mean ± standard deviation over seeds of
the pooled out-of-fold metrics.
"""

import argparse
import math
import os
import sys
from pathlib import Path

from patsieve.corpus.load import LoadOptions
from patsieve.experiments.crossval import HEADLINES, CrossvalRequest, CrossvalResult, crossval

EXPERIMENTS = ("bag-of-words", "hn-pt-02", "hn-pt-05.5.2", "recommended")
# The honest test: relevant against what a search found and a reader rejected.
WHERE = {"stratum": ("relevant", "read_and_rejected")}
# Bag of words trains in seconds, so it can afford more seeds.
SEEDS = {
    "hydrogenstorage": {"bag-of-words": (1, 2, 3, 4, 5), "": (1, 2, 3)},
    "genomeediting": {"": (1,)},
    "blockchain": {"": (1,)},
}


def main() -> int:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("PATSIEVE_DATA", "../shared/data")
    )
    parser.add_argument("--sets", nargs="*", default=list(SEEDS))
    parser.add_argument("--experiments", nargs="*", default=list(EXPERIMENTS))
    arguments = parser.parse_args()
    if not Path(arguments.data).is_dir():
        print(f"skipped: the public data are not at {arguments.data}; set PATSIEVE_DATA")
        return 0
    for name in arguments.sets:
        print(f"\n### {name}\n")
        print("| experiment | seeds | " + " | ".join(HEADLINES) + " |")
        print("|---|---|" + "---|" * len(HEADLINES))
        for experiment in arguments.experiments:
            seeds = SEEDS[name].get(experiment, SEEDS[name][""])
            result = crossval(
                CrossvalRequest(
                    source=Path(arguments.data) / f"{name}.csv",
                    experiments=(experiment,),
                    out=arguments.out / name,
                    load=LoadOptions(where=WHERE),
                    seeds=seeds,
                ),
                say=lambda sentence: print(sentence, file=sys.stderr, flush=True),
            )
            print(f"| {experiment} | {len(seeds)} | {_cells(result, experiment)} |", flush=True)
    return 0


def _cells(result: CrossvalResult, experiment: str) -> str:
    return " | ".join(
        f"{mean:.3f}" if math.isnan(spread) else f"{mean:.3f} ± {spread:.3f}"
        for mean, spread in result.summary(experiment).values()
    )


if __name__ == "__main__":
    sys.exit(main())
