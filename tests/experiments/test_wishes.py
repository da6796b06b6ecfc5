"""Each wish of the reference study changes one thing of the entry that it is built on."""

import pytest

from patsieve.experiments.spec import catalogue, read_experiment

SECOND = "stages.1."
LAYERS = {SECOND + "name", SECOND + "train"}
GROWTH = {SECOND + "name", SECOND + "grow_percent"}
# What is changed, and of which entry.
CHANGES = {
    "wish-focal-loss": ("hn-pt-05.5.2", {"training.loss.focal_gamma"}),
    # The weights stand in for the balanced draws.
    "wish-class-weights": ("hn-pt-05.5.2", {"training.loss.class_weights", "training.sampling"}),
    "wish-augmentation": ("hn-pt-05.5.2", {"augmentation"}),
    "wish-dropout-and-decay": ("hn-pt-05.5.2", {SECOND + "dropout", SECOND + "weight_decay"}),
    "wish-warm-up": ("hn-pt-05.5.2", {SECOND + "warmup_steps"}),
    "wish-layer-rates": ("hn-pt-03", {SECOND + "learning_rates", SECOND + "layer_decay"}),
    # A constant rate leaves a reducer nothing to lower.
    "wish-rate-1e-5": ("hn-pt-05.5.2", {SECOND + "learning_rates", SECOND + "reducer"}),
    "wish-rate-1e-6": ("hn-pt-05.5.2", {SECOND + "learning_rates", SECOND + "reducer"}),
    "wish-last-layer": ("hn-pt-05.5.2", LAYERS),
    "wish-last-two-layers": ("hn-pt-05.5.2", LAYERS),
    "wish-20-23": ("hn-pt-05.5.2", LAYERS),
    "wish-layer-by-layer": ("hn-pt-04.1", GROWTH),
    "wish-plus-5-percent": ("hn-pt-04.1", GROWTH),
    "wish-plus-1.5-percent": ("hn-pt-04.1", GROWTH),
    "wish-freeze-again": ("hn-pt-05.5.2", {"stages.2"}),
    "wish-batch-4": ("hn-pt-05.5.2", {"training.batch_size"}),
    "wish-batch-16": ("hn-pt-05.5.2", {"training.batch_size"}),
    "wish-batch-32": ("hn-pt-05.5.2", {"training.batch_size"}),
    "wish-mcc": ("hn-pt-05.5.2", {"training.stopping.metric", SECOND + "reducer"}),
}
TOLD_ONLY = {"name", "summary", "notes", "origin"}
OPENED = {"training", "training.loss", "training.stopping", "encoder", "stages"}


def settings(name):
    """Return an entry's settings by dotted key; tables that are compared whole stay whole."""
    return dict(_settings("", read_experiment(name).as_mapping()))


def _settings(prefix, table):
    for key, value in table.items():
        path = f"{prefix}{key}"
        if path == "stages":
            for number, stage in enumerate(value):
                # A stage that the other has not at all is one difference, not twenty.
                yield f"stages.{number}", "is there"
                yield from _settings(f"stages.{number}.", stage)
        elif path in OPENED:
            yield from _settings(f"{path}.", value)
        elif path not in TOLD_ONLY:
            yield path, value


def differences(name, other):
    mine, theirs = settings(name), settings(other)
    keys = {key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)}
    return {key for key in keys if key.rpartition(".")[0] not in keys}


def test_every_wish_has_its_row_here():
    assert CHANGES.keys() == {spec.name for spec in catalogue() if spec.origin == "wish"}


@pytest.mark.parametrize("name", CHANGES)
def test_a_wish_changes_one_thing_of_its_entry_and_says_of_which(name):
    base, changed = CHANGES[name]

    assert differences(name, base) == changed
    assert read_experiment(name).notes[0].startswith(f"Built on {base}; changed: ")
