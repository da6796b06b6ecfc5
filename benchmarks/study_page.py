r"""The reference study on real patents, and the page that shows it.

    python benchmarks/study_page.py --out benchmarks/study --page docs/study.md

Runs every entry of the reference study with three seeds on hydrogenstorage (relevant against read
and rejected), with the embedded encoder, as `patsieve study` does; then writes the page and its
picture. It can be stopped and started: runs that are done are not run again. The report itself
is OUT/report.html.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from patsieve.corpus.load import LoadOptions
from patsieve.experiments.hypotheses import judge
from patsieve.experiments.significance import compare_all
from patsieve.experiments.study import StudyOutcome, study
from patsieve.experiments.study_figures import CurveScale, study_curves
from patsieve.experiments.study_findings import find
from patsieve.experiments.study_numbers import DASH, written
from patsieve.experiments.study_request import StudyRequest
from patsieve.experiments.study_result import StudyResult
from patsieve.experiments.study_tables import comparison_rows, in_order, onset_rows
from patsieve.experiments.study_words import counted, reason

EXPERIMENTS = (
    *("hn-pt-*", "hn-bt-05.3.2", "hn-ensemble-in-sample", "bt-weighted-loss", "pt-weighted-loss"),
    "bag-of-words",
)
WHERE = {"stratum": ("relevant", "read_and_rejected")}
_SHOWN = ("accuracy", "f1_weighted", "average_precision", "mcc", "tnr", "tpr")
_HEADS = ("accuracy", "F1", "AP", "MCC", "TNR", "TPR")
_COLUMNS = 3
_COMMAND = "python benchmarks/study_page.py --out benchmarks/study --page docs/study.md"


def main() -> int:
    """Run what is missing and write the page."""
    arguments = _arguments()
    source = Path(arguments.data) / "hydrogenstorage.csv"
    if not source.is_file():
        print(f"skipped: {source} is not there; set PATSIEVE_DATA to where the public data lie")
        return 0
    request = StudyRequest(
        source=source,
        experiments=EXPERIMENTS,
        out=arguments.out,
        load=LoadOptions(where=WHERE),
        tracking=False,
    )
    outcome = study(request, say=lambda told: print(told, file=sys.stderr, flush=True))
    picture = arguments.page.parent / "images" / "study-curves.png"
    _draw(outcome.result, picture)
    arguments.page.write_text("\n".join(_page(outcome)) + "\n", encoding="utf-8")
    return 0


def _page(outcome: StudyOutcome) -> Iterator[str]:
    result = outcome.result
    ordered = dict(in_order(result))
    verdicts = judge(result.measured())
    findings = find(ordered, compare_all(ordered), verdicts)
    yield from _head(result)
    low, high = written(findings.test.low), written(findings.test.high)
    yield (
        f"Of the models that have all seeds, validation records chose **{findings.best}**: average "
        f"precision {written(findings.test.mean)} ({low} to {high}) on test records. Of the ten "
        f"hypotheses, on these data and this encoder, {counted(findings.verdicts)}."
    )
    yield from _comparison(result)
    yield "\n## Curves\n"
    yield (
        "Loss (left) and MCC (right) of training, dashed, and validation; thin lines are seeds, "
        "dotted ones the beginning of a stage, diamonds where the validation loss turns for good.\n"
    )
    yield "![Learning curves of every experiment](images/study-curves.png)\n"
    yield from _onsets(result)
    yield "\n## The ten hypotheses\n"
    yield (
        "By rules that were written before there were results "
        "([how](explanation-hypotheses.md)); three planted outcomes of each are in the tests.\n"
    )
    for verdict in verdicts:
        yield f"{verdict.number}. {verdict.statement}\n   **{verdict.outcome.value}**: "
        yield f"   {reason(verdict)}\n"


def _head(result: StudyResult) -> Iterator[str]:
    data, settings = result.data, result.settings
    hours = settings["seconds"] / 60
    yield "# The reference study, on public patents\n"
    yield (
        "Every experiment of the reference study with three seeds, as one `patsieve study`. "
        "The study's own patents are private, so this is another set and a smaller encoder: what "
        "can be compared is who beats whom, what collapses and what overfits when.\n"
    )
    yield f"```sh\n{_COMMAND}\n```\n"
    n_runs = sum(len(runs) for runs in result.runs.values())
    yield (
        f"hydrogenstorage, relevant against read and rejected: {data['data.n_records']} records, "
        f"{data['data.n_relevant']} relevant; each seed draws its own split by family. "
        f"all-MiniLM-L6-v2 (6 layers of width 384), {settings['precision']}, two cores. "
        f"{n_runs} runs in {hours:.0f} min in all; {settings['shared_epochs']} epochs were taken "
        "over from runs that began alike.\n"
    )
    for twin, other in result.twins.items():
        yield f"- {twin} is the same run as {other} on this encoder and was run once."
    yield ""


def _comparison(result: StudyResult) -> Iterator[str]:
    yield "\n## Comparison\n"
    yield (
        "On test records, decided as the reference study did (the uncorrected argmax), mean ± "
        "standard deviation over the seeds; beside it the study's own accuracy and MCC in %, on "
        "its own patents. MCC corrected is of decisions at the real prevalence.\n"
    )
    heads = (
        "experiment",
        "epochs",
        *_HEADS,
        "MCC corrected",
        "study: acc",
        "study: MCC",
        "s a run",
    )
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in (row for rows in comparison_rows(result).values() for row in rows):
        cells = [row.as_trained[name].written(3) for name in _SHOWN]
        cells.append(row.corrected["mcc"].written(3))
        for name in ("accuracy", "mcc"):
            told = row.reported.get(name)
            cells.append(DASH if told is None else f"{100 * told:.0f}")
        cells.append(f"{row.seconds.mean:.0f}" if not row.twin_of else DASH)
        yield f"| {row.name} | {row.epochs or DASH} | {' | '.join(cells)} |"


def _onsets(result: StudyResult) -> Iterator[str]:
    yield "\n## When they overfit\n"
    yield (
        "The epoch at which the validation loss turns for good, by seed (none: it does not within "
        "the run), and how much it rises per epoch after that.\n"
    )
    yield "| experiment | onset | slope |\n|---|---|---|"
    for row in onset_rows(result):
        epochs = ", ".join(
            "none" if onset.epoch is None else str(onset.epoch) for onset in row.onsets
        )
        slope = DASH if row.slope is None else row.slope.written(3)
        yield f"| {row.name} | {epochs} | {slope} |"


def _draw(result: StudyResult, path: Path) -> None:
    runs = {
        name: [run for run in found if run.history]
        for name, found in in_order(result)
        if any(run.history for run in found)
    }
    scale = CurveScale.of(run for found in runs.values() for run in found)
    tiles = []
    for name, found in runs.items():
        figure = study_curves(found, scale)
        figure.suptitle(name, x=0.99, ha="right", fontsize=10, fontweight="bold")
        figure.set_dpi(100)
        tiles.append(_pixels(figure))
    blank = np.full_like(tiles[0], 255)
    tiles += [blank] * (-len(tiles) % _COLUMNS)
    rows = [np.hstack(tiles[i : i + _COLUMNS]) for i in range(0, len(tiles), _COLUMNS)]
    path.parent.mkdir(exist_ok=True)
    image.imsave(path, np.vstack(rows))


def _pixels(figure: Figure) -> NDArray[np.uint8]:
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    found: NDArray[np.uint8] = np.asarray(canvas.buffer_rgba())[..., :3]
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--page", type=Path, default=Path("docs/study.md"))
    parser.add_argument("--data", default=os.environ.get("PATSIEVE_DATA", "../shared/data"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
