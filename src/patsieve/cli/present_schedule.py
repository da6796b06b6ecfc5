"""How a dry run looks on standard output: its stages, their rates, a picture of characters."""

import math
from collections.abc import Iterator
from itertools import groupby

import click

from patsieve.cli.present import print_table
from patsieve.experiments.schedule_plan import PlannedPhase, SchedulePlan

# Of a stage that begins again and again, so many rounds are shown from its first on.
_FIRST_ROUNDS = 3
_FROZEN = "·"
# From the lowest to the highest rate of the plan.
_LEVELS = "▂▄▆█"
_MOST_COLUMNS = 60


def print_plan(plan: SchedulePlan) -> None:
    """Print what trains when, at which rates, and what it takes."""
    shape, texts = plan.shape, plan.texts
    click.echo(
        f"{plan.experiment} on {plan.checkpoint}: {shape.n_layers} layers of width "
        f"{shape.hidden_size}, {shape.n_parameters:,} parameters; {plan.device}, {plan.precision}"
    )
    windows = f" in {texts['mean_windows']:.1f} windows" if texts["mean_windows"] > 1 else ""
    click.echo(
        f"{texts['training']:,.0f} texts train, {texts['validation']:,.0f} validate; "
        f"{texts['mean_tokens']:.0f} tokens{windows} on average, "
        f"{100 * texts['truncated']:.0f} % cut, "
        f"{100 * texts['padding']:.0f} % of the batches is padding\n"
    )
    shown = list(_shown(plan))
    print_table(
        ("stage", "from", "epochs", "tensors", "parameters", "once", "cache", "epoch", "memory"),
        [_row(plan, phase) if phase is not None else ("…", *[""] * 8) for phase in shown],
    )
    click.echo()
    for phase in shown:
        if phase is not None:
            _print_details(plan, phase)
    click.echo()
    click.echo("\n".join(text_picture(plan)))
    click.echo()
    _print_totals(plan)


def text_picture(plan: SchedulePlan) -> list[str]:
    """Return the groups, output first, with a character for each epoch."""
    width = max(len(group) for group in plan.groups) + 2
    each = -(-len(plan.timeline) // _MOST_COLUMNS)
    columns = [plan.phases[i] for i in plan.timeline[::each]]
    rates = [rate.rate for phase in plan.phases for rate in phase.rates.values()]
    low, high = min(rates), max(rates)

    def cell(phase: PlannedPhase, group: str) -> str:
        if group not in phase.groups:
            return _FROZEN
        if low == high:
            return _LEVELS[-1]
        place = math.log(phase.rates[group].rate / low) / math.log(high / low)
        return _LEVELS[round(place * (len(_LEVELS) - 1))]

    lines = [f"{'epoch'.ljust(width)}{_ruler(len(columns), each)}"]
    lines += [
        group.ljust(width) + "".join(cell(phase, group) for phase in columns)
        for group in reversed(plan.groups)
    ]
    scale = (
        f"{_LEVELS[-1]} trains at {_rate(high)}"
        if low == high
        else f"{_LEVELS[0]} trains at {_rate(low)} … {_LEVELS[-1]} at {_rate(high)}"
    )
    return [*lines, f"{' ' * width}{_FROZEN} frozen   {scale}"]


def _ruler(n_columns: int, each: int) -> str:
    marks = [" "] * n_columns
    for column in (0, *range(4, n_columns, 5)):
        label = str(column * each + 1)
        if column + len(label) <= n_columns:
            marks[column : column + len(label)] = label
    return "".join(marks)


def _shown(plan: SchedulePlan) -> Iterator[PlannedPhase | None]:
    """Yield the phases; None stands for the rounds between the first and the last."""
    for _, same in groupby(plan.phases, key=lambda phase: phase.index):
        rounds = list(same)
        if len(rounds) <= _FIRST_ROUNDS + 2:
            yield from rounds
        else:
            yield from rounds[:_FIRST_ROUNDS]
            yield None
            yield rounds[-1]


def _row(plan: SchedulePlan, phase: PlannedPhase) -> tuple[str, ...]:
    when = "never" if phase.first_epoch is None else str(phase.first_epoch)
    return (
        _name(phase),
        f"≥ {when}" if phase.on_plateau and phase.first_epoch is not None else when,
        str(phase.n_epochs),
        str(phase.n_tensors),
        f"{phase.n_trainable:,}",
        f"{phase.frozen_depth} of {plan.shape.n_layers}",
        _bytes(phase.cache_bytes),
        _seconds(phase.epoch.seconds),
        _bytes(phase.memory.total),
    )


def _name(phase: PlannedPhase) -> str:
    return phase.stage if phase.round == 1 else f"{phase.stage}, round {phase.round}"


def _print_details(plan: SchedulePlan, phase: PlannedPhase) -> None:
    dropout = "the checkpoint's" if phase.dropout is None else f"{phase.dropout:g}"
    click.echo(f"{_name(phase)}: begins {_at(phase.begins)}")
    click.echo(f"  trains {'; '.join(_rated_groups(plan, phase))}")
    if phase.chosen or phase.rates_by_gradient:
        what = f"{phase.chosen} of the groups" if phase.chosen else ""
        rates = "the rates" if phase.rates_by_gradient else ""
        open_ = " and ".join(each for each in (what, rates) if each)
        click.echo(f"  {open_}: chosen by gradients when the stage begins, here the dearest choice")
    if phase.round > 1:
        return
    warmup = f"{phase.warmup_steps} steps" if phase.warmup_steps else "none"
    click.echo(
        f"  weight decay {phase.weight_decay:g}, dropout {dropout}, warm-up {warmup}, "
        f"{phase.decay} rates"
    )
    click.echo(
        f"  an epoch takes {_operations(phase.epoch.operations)} and "
        f"{_bytes(phase.epoch.optimizer_bytes)} of optimizer traffic; what is computed once, "
        f"{_operations(phase.fill.operations)} in {_seconds(phase.fill.seconds)}"
    )


def _at(begins: str) -> str:
    return f"at {begins}" if begins.startswith("epoch") else begins


def _rated_groups(plan: SchedulePlan, phase: PlannedPhase) -> Iterator[str]:
    """Yield runs of neighbouring groups with their rate, output first."""
    ordered = [group for group in reversed(plan.groups) if group in phase.groups]
    for told, same in groupby(ordered, key=lambda group: _told_rate(phase, group)):
        run = list(same)
        names = ", ".join(run) if len(run) < 4 else f"{run[0]} … {run[-1]}"
        yield f"{names} {told}"


def _told_rate(phase: PlannedPhase, group: str) -> str:
    rate, share = phase.rates[group], phase.groups[group]
    told = _rate(rate.rate)
    if rate.reduced:
        told += f", at plateaus down to {_rate(rate.floor)}"
    return f"({100 * share:.0f} % of its tensors) at {told}" if share < 1 else f"at {told}"


def _print_totals(plan: SchedulePlan) -> None:
    whole, peak = plan.all_epochs, plan.peak
    click.echo(
        f"all {len(plan.timeline)} epochs: about {_seconds(whole.seconds)}, "
        f"{_operations(whole.operations)}"
    )
    if plan.earliest_end < len(plan.timeline):
        least = plan.earliest
        click.echo(
            f"at the earliest, after epoch {plan.earliest_end}: about {_seconds(least.seconds)}, "
            f"{_operations(least.operations)}"
        )
    parts = ", ".join(f"{name} {_bytes(size)}" for name, size in vars(peak).items() if size)
    click.echo(f"peak memory: about {_bytes(peak.total)} ({parts})")
    click.echo("\n".join(f"note: {sentence}" for sentence in plan.assumptions))


def _rate(value: float) -> str:
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"


def _seconds(value: float) -> str:
    if value < 100:
        return f"{value:.1f} s"
    if value < 100 * 60:
        return f"{value / 60:.0f} min"
    return f"{value / 3600:.1f} h"


def _bytes(value: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} TB"


def _operations(value: float) -> str:
    for unit in ("", "k", "M", "G", "T"):
        if value < 1000:
            return f"{value:.3g} {unit}FLOP"
        value /= 1000
    return f"{value:.3g} PFLOP"
