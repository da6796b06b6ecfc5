"""The encoder as a column of layers over the epochs, coloured by what trains at which rate."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from patsieve.atomic import file_aside
from patsieve.errors import UsageError
from patsieve.experiments.figure_style import (
    _DOTS_PER_INCH,
    GREY,
    INK,
    PALETTE,
    SVG_SETTINGS,
    dashes,
    dress,
    new_figure,
    wrapped,
)
from patsieve.experiments.schedule_plan import PlannedPhase, SchedulePlan

# Light to dark, so that higher rates are darker also in grey; frozen is no blue at all.
_RATES = LinearSegmentedColormap.from_list("rates", ["#A6D8F5", PALETTE[0], "#06243F"])
_FROZEN = "#E9E9E9"
_STRIP = "#F7DFC4"
_WIDTH_INCHES = 9.0
# How many letters of a label fit across all epochs.
_LETTERS = 92


def schedule_figure(plan: SchedulePlan) -> Figure:
    """Draw which layer groups train in which epoch.

    A cell that is filled in part stands for a group of which a part of the tensors trains.
    Stages whose beginning hangs on validation are drawn at their earliest epoch, hatched.
    """
    n_epochs, n_groups = len(plan.timeline), len(plan.groups)
    figure = new_figure(
        height_inches=2.2 + (0.28 if n_groups < 16 else 0.22) * n_groups, width_inches=_WIDTH_INCHES
    )
    axes = figure.subplots()
    norm = _norm(plan)
    for epoch, position in enumerate(plan.timeline, 1):
        _draw_column(axes, plan, plan.phases[position], epoch, norm)
    for first, after, phase in _stretches(plan):
        _draw_stage(axes, plan, phase, first, after)
    _mark_end(axes, plan)
    title = f"{plan.experiment}: what trains when, on {plan.checkpoint}"
    dress(axes, x="epoch", y="", title="")
    figure.suptitle(
        wrapped(title, _WIDTH_INCHES), x=0.01, ha="left", color=INK, fontsize=12, fontweight="bold"
    )
    axes.grid(visible=False)
    axes.set_xlim(0.5, n_epochs + 0.5)
    axes.set_ylim(-0.5, n_groups + 0.75)
    axes.set_yticks([*range(n_groups), n_groups + 0.1], [*plan.groups, "stage"])
    # Every epoch, or the first and every fifth, tenth …
    step = 1 if n_epochs <= 15 else 5 * -(-n_epochs // 75)
    axes.set_xticks(sorted({1, *range(step, n_epochs + 1, step)}))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    _add_legend(figure, axes, plan, norm)
    return figure


def write_picture(path: Path, plan: SchedulePlan) -> None:
    """Draw a plan and write it, as `write_figure` does."""
    check_picture(path)
    write_figure(path, schedule_figure(plan))


def write_figure(path: Path, figure: Figure) -> None:
    """Write a figure as PNG or SVG, by the file's suffix.

    Raises
    ------
    UsageError
        If it is neither.
    OutputError
        If the file cannot be written.
    """
    check_picture(path)
    is_svg = path.suffix.lower() == ".svg"
    metadata: Any = {"Date": None} if is_svg else None
    with file_aside(path) as aside, mpl.rc_context(SVG_SETTINGS):
        figure.savefig(aside, dpi=_DOTS_PER_INCH, metadata=metadata, format=path.suffix[1:].lower())


def check_picture(path: Path) -> None:
    """Refuse a file that is neither PNG nor SVG."""
    if path.suffix.lower() not in (".png", ".svg"):
        raise UsageError(f"a picture is a .png or .svg file, not '{path.name}'")


def _norm(plan: SchedulePlan) -> LogNorm:
    rates = [rate.rate for phase in plan.phases for rate in phase.rates.values()]
    low, high = min(rates), max(rates)
    # A single rate stands in the middle of its decade.
    return LogNorm(low / 3, high * 3) if low == high else LogNorm(low, high)


def _draw_column(
    axes: Axes, plan: SchedulePlan, phase: PlannedPhase, epoch: int, norm: LogNorm
) -> None:
    for row, group in enumerate(plan.groups):
        corner, width = (epoch - 0.46, row - 0.45), 0.92
        axes.add_patch(Rectangle(corner, width, 0.9, facecolor=_FROZEN, linewidth=0))
        share = phase.groups.get(group, 0.0)
        if share:
            # Tensors are unfrozen from the output side down.
            lower = row - 0.45 + 0.9 * (1 - share)
            color = _RATES(norm(phase.rates[group].rate))
            axes.add_patch(
                Rectangle((epoch - 0.46, lower), width, 0.9 * share, facecolor=color, linewidth=0)
            )


def _stretches(plan: SchedulePlan) -> list[tuple[int, int, PlannedPhase]]:
    """Return each phase with its first epoch and the one after its last."""
    found: list[tuple[int, int, PlannedPhase]] = []
    for epoch, position in enumerate(plan.timeline, 1):
        phase = plan.phases[position]
        if found and found[-1][2] is phase:
            found[-1] = (found[-1][0], epoch + 1, phase)
        else:
            found.append((epoch, epoch + 1, phase))
    return found


def _draw_stage(
    axes: Axes, plan: SchedulePlan, phase: PlannedPhase, first: int, after: int
) -> None:
    bottom = len(plan.groups) - 0.3
    axes.add_patch(
        Rectangle(
            (first - 0.5, bottom),
            after - first,
            0.8,
            facecolor=_STRIP,
            edgecolor=GREY,
            linewidth=0.7,
            hatch="////" if phase.on_plateau else None,
        )
    )
    if first > 1:
        axes.axvline(
            first - 0.5,
            color=INK,
            linewidth=1.1,
            linestyle=dashes() if phase.on_plateau else "-",
        )
    label = _label(plan, phase, after - first)
    if label:
        axes.text(
            (first + after - 1) / 2,
            bottom + 0.4,
            label,
            ha="center",
            va="center",
            fontsize=9,
            color=INK,
            bbox={"facecolor": _STRIP, "edgecolor": "none", "pad": 1.0},
        )


def _label(plan: SchedulePlan, phase: PlannedPhase, n_epochs: int) -> str:
    """Return the longest of the names of a phase that fits its place."""
    name = phase.stage if phase.round == 1 else f"round {phase.round}"
    room = n_epochs / len(plan.timeline) * _LETTERS
    candidates = (name, _number(phase), str(phase.round))
    return next((each for each in candidates if len(each) + 1 <= room), "")


def _number(phase: PlannedPhase) -> str:
    return f"{phase.index + 1}" if phase.round == 1 else f"{phase.index + 1}.{phase.round}"


def _mark_end(axes: Axes, plan: SchedulePlan) -> None:
    if plan.earliest_end >= len(plan.timeline):
        return
    axes.axvline(
        plan.earliest_end + 0.5, color=PALETTE[1], linewidth=1.6, linestyle=dashes(dots=True)
    )


def _add_legend(figure: Figure, axes: Axes, plan: SchedulePlan, norm: LogNorm) -> None:
    bar = figure.colorbar(
        ScalarMappable(norm, _RATES), ax=axes, pad=0.015, fraction=0.03, aspect=18
    )
    bar.set_label("learning rate (before warm-up and reduction)", color=INK, fontsize=9)
    bar.ax.tick_params(labelsize=8, labelcolor=INK)
    bar.outline.set_visible(False)
    handles: list[Any] = [Patch(facecolor=_FROZEN, label="frozen")]
    stretches = _stretches(plan)
    if any(_label(plan, phase, after - first) != phase.stage for first, after, phase in stretches):
        stages = dict.fromkeys((phase.index, phase.stage) for _, _, phase in stretches)
        key = ", ".join(f"{index + 1} {name}" for index, name in stages)
        again = next((phase for _, _, phase in stretches if phase.round > 1), None)
        rounds = (
            "" if again is None else f"; {_number(again)} is round 2 of stage {again.index + 1}"
        )
        told = wrapped(f"stages: {key}{rounds}", _WIDTH_INCHES)
        handles.append(Patch(facecolor=_STRIP, edgecolor=GREY, label=told))
    if any(plan.phases[i].on_plateau for i in plan.timeline):
        handles.append(
            Patch(
                facecolor=_STRIP,
                edgecolor=GREY,
                hatch="////",
                label="begins when validation stops improving, here at its earliest",
            )
        )
    left_open = dict.fromkeys(
        phase.stage for phase in plan.phases if phase.chosen or phase.rates_by_gradient
    )
    if left_open:
        told = f"{', '.join(left_open)}: chosen by gradients when the stage begins,"
        handles.append(Line2D([], [], linestyle="", label=f"{told} here the dearest choice"))
    if plan.earliest_end < len(plan.timeline):
        handles.append(
            Line2D(
                [],
                [],
                color=PALETTE[1],
                linestyle=dashes(dots=True),
                linewidth=2.2,
                label=f"the run ends after epoch {plan.earliest_end} if nothing improves",
            )
        )
    figure.legend(
        handles=handles,
        loc="outside lower left",
        ncols=1,
        frameon=False,
        fontsize=9,
        labelcolor=INK,
    )
