"""The tables for stacks and altered texts, and what of a file decides the numbers of a run."""

import json
from hashlib import sha256

import pytest

from patsieve.errors import SpecificationError, UsageError
from patsieve.experiments.build import build_augmentation, build_classifier
from patsieve.experiments.spec import parse_experiment, read_bases, read_experiment
from patsieve.finetuning.augmentation import Augmentation

STACK = """
summary = "two of a kind"
kind = "stacking"

[stacking]
bases = ["bag-of-words", "hn-pt-02"]
"""
ENCODER = """
summary = "a head"
kind = "encoder"

[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 1e-3
"""
WORDS = 'summary = "words"\nkind = "bag-of-words"\n'


def parsed(text):
    return parse_experiment(text, name="mine", source="mine.toml")


def test_a_stack_is_built_from_its_bases():
    stack = build_classifier(parsed(STACK), seed=4)

    bases = {name: make() for name, make in stack.bases.items()}
    assert {name: base.kind for name, base in bases.items()} == {
        "bag-of-words": "bag-of-words",
        "hn-pt-02": "encoder",
    }
    assert bases["bag-of-words"].seed == bases["hn-pt-02"].settings.seed == stack.seed == 4
    assert (stack.meta, stack.scores, stack.n_folds) == ("logistic", "out-of-fold", 5)


def test_what_does_not_apply_is_not_told():
    assert list(parsed(STACK).as_mapping()) == [
        "name", "summary", "kind", "origin", "estimate", "notes", "text", "stacking",
    ]  # fmt: skip
    assert list(parsed(WORDS).as_mapping()) == [
        "name", "summary", "kind", "origin", "estimate", "notes", "text",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('summary = "none"\nkind = "stacking"', r"a stack needs a \[stacking\] table"),
        (STACK.replace('"hn-pt-02"', '"bag-of-words"'), "names a base twice"),
        (STACK.replace(', "hn-pt-02"', ""), "stacking.bases is .*at least 2 items"),
        (STACK + 'meta = "vote"\n', "meta is 'vote', but: .*'average' or 'chosen'"),
        (STACK + 'meta = "chosen"\nscores = "in-sample"\n', "chosen by out-of-fold scores; with"),
        (
            WORDS + '\n[[stages]]\nname = "x"\nlearning_rate = 1e-3\n',
            r"\[\[stages\]\] are for",
        ),
        (STACK + "\n[augmentation]\nviews = 2\n", r"\[augmentation\] is for kind 'encoder', not"),
        (WORDS + '\n[stacking]\nbases = ["a", "b"]\n', r"\[stacking\] is for kind 'stacking', not"),
        (ENCODER + "\n[augmentation]\nmask_tokens = 1.0\n", "mask_tokens is 1.0, but: .*less than"),
        (ENCODER + "\n[augmentation]\nviews = 0\n", "views is 0, but: .*greater than or equal"),
    ],
)
def test_tables_that_do_not_fit_are_refused(text, message):
    with pytest.raises(SpecificationError, match=message):
        parsed(text)


def test_a_stack_of_stacks_is_refused(tmp_path):
    spec = parsed(STACK.replace("hn-pt-02", "hn-ensemble-in-sample"))

    with pytest.raises(SpecificationError, match="'hn-ensemble-in-sample', which is a stack itse"):
        build_classifier(spec, seed=1)


def test_a_base_that_does_not_exist_is_refused_before_any_data_are_read():
    with pytest.raises(UsageError, match="there is no experiment 'hn-pt-99'"):
        build_classifier(parsed(STACK.replace("hn-pt-02", "hn-pt-99")), seed=1)


def test_only_stacks_have_bases():
    assert [base.name for base in read_bases(parsed(STACK))] == ["bag-of-words", "hn-pt-02"]
    assert read_bases(parsed(ENCODER)) == ()


def test_texts_are_altered_only_where_a_file_says_so():
    altered = parsed(ENCODER + "\n[augmentation]\nmask_tokens = 0.15\nviews = 2\n")

    assert build_augmentation(parsed(ENCODER)) is None
    assert build_augmentation(altered) == Augmentation(mask_tokens=0.15, views=2)


def test_what_an_experiment_says_of_itself_decides_nothing():
    told = ENCODER.replace("a head", "another") + ""
    told = told.replace('kind = "encoder"', 'kind = "encoder"\norigin = "wish"\nnotes = ["x"]')

    assert parsed(told).decisive() == parsed(ENCODER).decisive()
    assert parsed(ENCODER.replace("1e-3", "1e-4")).decisive() != parsed(ENCODER).decisive()


def test_the_bases_of_a_stack_decide_by_what_is_in_them(tmp_path):
    file = tmp_path / "base.toml"
    stack = parsed(STACK.replace("hn-pt-02", str(file)))
    file.write_text(ENCODER, encoding="utf-8")
    before = stack.decisive()

    file.write_text(ENCODER.replace("a head", "the same"), encoding="utf-8")
    assert stack.decisive() == before
    file.write_text(ENCODER.replace("1e-3", "1e-4"), encoding="utf-8")
    assert stack.decisive() != before


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("bag-of-words", "642b1fcb3635c6bd03b4972a8535625ca24ac0b7db9f90ef3f3fbb5cfc690516"),
        ("hn-pt-02", "5cbd079a333ea1b15050ada008da76248546c218d5029b94478c14e1166e65ca"),
        ("hn-pt-05.5.2", "bfbb50a1a76af18bdbf092dd416aa2f2437446a155ed28a8dd3763968527b273"),
    ],
)
def test_results_of_older_versions_are_still_found(name, digest):
    # Kept results are looked up by this. A new setting that nobody uses must not change it;
    # if the recipe itself changes, so must this line.
    told = json.dumps(read_experiment(name).decisive())

    assert sha256(told.encode()).hexdigest() == digest
