"""The page on the catalogue: every experiment with what it says of itself, from its TOML file."""

from patsieve.experiments.spec import ExperimentSpec, StageSpec, catalogue

HEAD = """\
# The catalogue of experiments

Generated from the experiment files by `make docs`; do not edit.

`patsieve experiments show NAME` prints any of these as a file to edit, and
`patsieve train FILE --experiment NAME` runs it. Layers are written for an encoder of 24 layers and
mean the same fraction of the depth of any other. The checkpoint of the reference study is
recorded, not loaded: say `--checkpoint` to use it.
"""

GROUPS = {
    "reference": (
        "What the reference study ran",
        "Common to all encoders here: AdamW, batches of 8, each class drawn equally often, 1e-3 "
        "for classifier and pooler, 1e-4 falling to 1e-5 for the backbone, early stopping after 5 "
        "epochs without improvement over the whole run. Where one differs, it says so. The "
        "study's baseline is `bag-of-words`, below. Figures are the study's own, in %.",
    ),
    "wish": (
        "What the reference study wished for next",
        "One thing is changed in each.",
    ),
    "ours": ("Our own recipes", ""),
}


def page() -> str:
    """Return the whole page."""
    entries = catalogue()
    parts = [HEAD]
    for origin, (title, introduction) in GROUPS.items():
        parts.append("\n".join([f"## {title}", "", introduction]).strip() + "\n")
        parts += [_entry(entry) for entry in entries if entry.origin == origin]
    return "\n".join(parts)


def _entry(entry: ExperimentSpec) -> str:
    lines = [f"### {entry.name}", "", entry.summary, ""]
    if entry.stages:
        lines += ["| begins | trains | learning rate |", "|---|---|---|"]
        lines += [
            f"| {_begins(stage)} | {_trains(stage)} | {_rates(stage)} |" for stage in entry.stages
        ]
        lines.append("")
    if entry.stacking is not None:
        bases = " and ".join(f"`{name}`" for name in entry.stacking.bases)
        lines += [f"Stacks {bases}: {entry.stacking.meta} on {entry.stacking.scores} scores.", ""]
    lines += [f"- {note}" for note in entry.notes]
    return "\n".join(lines).rstrip() + "\n"


def _begins(stage: StageSpec) -> str:
    if stage.on_plateau is not None:
        each = "each plateau" if stage.repeat else "a plateau"
        return f"at {each} of {stage.plateau_metric.replace('_', ' ')}"
    return f"epoch {1 if stage.from_epoch is None else stage.from_epoch}"


def _trains(stage: StageSpec) -> str:
    groups = ", ".join(f"`{expression}`" for expression in stage.train)
    if stage.grow_percent is None:
        return groups
    return f"{groups}, and {stage.grow_percent:g} % more of the backbone's tensors each time"


def _rates(stage: StageSpec) -> str:
    rates = [f"{stage.learning_rate:g}"]
    for group, rate in stage.learning_rates.items():
        floor = ""
        if stage.reducer is not None and group in stage.reducer.groups:
            floor = f", lowered to {stage.reducer.floor:g}"
        rates.append(f"`{group}` {rate:g}{floor}")
    if stage.layer_decay != 1.0:
        rates.append(f"times {stage.layer_decay:g} a layer")
    return "; ".join(rates)
