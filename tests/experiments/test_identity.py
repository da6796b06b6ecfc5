"""Which experiments are the same run on an encoder, and which are not."""

import pytest

from patsieve.errors import LayerGroupError
from patsieve.experiments.identity import run_identity
from patsieve.experiments.spec import catalogue, parse_experiment
from patsieve.finetuning.layers import layer_groups
from tiny_encoders import tiny_model

HEAD = """
summary = "a head"
kind = "encoder"

[encoder]
pooling = "pooler"

[[stages]]
name = "head"
train = ["classifier", "pooler"]
learning_rate = 1e-3
"""
TOP = """
[[stages]]
name = "top"
train = ["classifier", "pooler", "encoder[18-20 of 24]"]
from_epoch = 6
learning_rate = 1e-3
learning_rates = { "encoder" = 1e-4 }
reducer = { groups = ["encoder"], floor = 1e-5 }
"""
# Written for another checkpoint only: on one and the same encoder they are the same.
SAME_EVERYWHERE = [{"hn-bt-05.3.2", "hn-pt-05.3.2"}, {"bt-weighted-loss", "pt-weighted-loss"}]


def groups_of(n_layers, pooling="pooler"):
    return layer_groups(tiny_model(pooling=pooling, n_layers=n_layers))


GROUPS = {n_layers: groups_of(n_layers) for n_layers in (6, 12, 24)}


def identity(text, n_layers=24):
    spec = parse_experiment(text, name="mine", source="mine.toml")
    return run_identity(spec, GROUPS[n_layers])


@pytest.mark.parametrize(
    ("n_layers", "more"),
    [
        (24, []),
        # 21-23 of 24 are layers 10 (by half) and 11 of 12; 22-23, and 23, layer 11.
        (12, [{"hn-pt-05.5.3", "wish-20-23"}, {"wish-last-layer", "wish-last-two-layers"}]),
        # 16-18 and 18-20 of 24 both are layer 4 of 6; all that lies above 20, layer 5.
        (
            6,
            [
                {"hn-pt-05.5.1", "hn-pt-05.5.2"},
                {"hn-pt-05.5.3", "wish-20-23", "wish-last-layer", "wish-last-two-layers"},
            ],
        ),
    ],
)
def test_entries_that_become_the_same_run_are_found(n_layers, more):
    same = {}
    for spec in catalogue():
        same.setdefault(run_identity(spec, GROUPS[n_layers]), set()).add(spec.name)

    twins = [names for names in same.values() if len(names) > 1]
    assert sorted(map(sorted, twins)) == sorted(map(sorted, SAME_EVERYWHERE + more))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a head", "another summary"),
        ('kind = "encoder"', 'kind = "encoder"\norigin = "wish"\nnotes = ["something"]'),
        ('name = "top"', 'name = "layers"'),
        ("encoder[18-20 of 24]", "encoder.18-20"),
        ('["classifier", "pooler", "enc', '["pooler", "classifier", "enc'),
        ('pooling = "pooler"', 'pooling = "pooler"\nreference_checkpoint = "some/bert"'),
        # What never trains has no rate.
        ('"encoder" = 1e-4', '"encoder" = 1e-4, "embeddings" = 1e-6'),
        ('"encoder" = 1e-4', '"encoder.18-20" = 1e-4'),
        ('groups = ["encoder"]', 'groups = ["encoder.0-20"]'),
    ],
)
def test_how_an_experiment_is_told_does_not_matter(before, after):
    text = HEAD + TOP
    assert before in text

    assert identity(text.replace(before, after)) == identity(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("18-20", "18-21"),
        ("1e-4", "2e-4"),
        ("from_epoch = 6", "from_epoch = 7"),
        ("from_epoch = 6", "from_epoch = 6\nlayer_decay = 0.9"),
        ("from_epoch = 6", "from_epoch = 6\nwarmup_steps = 10"),
        ("from_epoch = 6", "from_epoch = 6\ndropout = 0.0"),
        ("from_epoch = 6", "from_epoch = 6\ngrow_percent = 1"),
        ("floor = 1e-5", "floor = 1e-6"),
        ('reducer = { groups = ["encoder"], floor = 1e-5 }', ""),
        ('pooling = "pooler"', 'pooling = "pooler"\nmax_tokens = 64'),
        ('pooling = "pooler"', 'pooling = "pooler"\ncheckpoint = "some/bert"'),
        ("[encoder]", '[text]\nfields = ["title"]\n\n[encoder]'),
        ("[encoder]", "[training]\nbatch_size = 3\n\n[encoder]"),
        ("[encoder]", "[training.loss]\nfocal_gamma = 2.0\n\n[encoder]"),
        ("[encoder]", "[training.stopping]\naverage = 3\n\n[encoder]"),
        ("[encoder]", "[augmentation]\nmask_tokens = 0.1\n\n[encoder]"),
    ],
)
def test_what_changes_the_numbers_changes_the_identity(before, after):
    text = HEAD + TOP
    assert before in text

    assert identity(text.replace(before, after)) != identity(text)


def test_a_stack_is_known_by_what_decides_its_bases(tmp_path):
    def stack(base):
        file = tmp_path / "base.toml"
        file.write_text(base, encoding="utf-8")
        bases = f'bases = ["bag-of-words", {str(file)!r}]'
        return f'summary = "two"\nkind = "stacking"\n\n[stacking]\n{bases}\n'

    first = identity(stack(HEAD))

    assert identity(stack(HEAD.replace("a head", "the same head"))) == first
    assert identity(stack(HEAD.replace("1e-3", "2e-3"))) != first
    # The stack's fields are read, not those of its bases.
    assert identity(stack(HEAD + '\n[text]\nfields = ["title"]\n')) == first
    assert identity(stack(HEAD) + '\n[text]\nfields = ["title"]\n') != first


def test_a_layer_that_is_not_there_has_no_identity():
    with pytest.raises(LayerGroupError, match=r"names 'encoder\.18-20'"):
        identity((HEAD + TOP).replace("encoder[18-20 of 24]", "encoder.18-20"), n_layers=12)
