"""The generated patents are what they say: labels, families, dates, and texts that can be read."""

import csv
import gzip
import itertools
import re
import time
from collections import Counter, defaultdict
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patsieve.corpus.synthetic import (
    PATENT_COLUMNS,
    TRUTH_COLUMNS,
    generate_patents,
    write_patents,
)
from patsieve.corpus.synthetic_compositions import describe_composition
from patsieve.corpus.synthetic_topics import TopicTable
from patsieve.errors import UsageError


@pytest.fixture(scope="module")
def rows():
    return list(generate_patents(2500, seed=11, with_truth=True))


def members_of_families(rows):
    families = defaultdict(list)
    for row in rows:
        families[row["family_id"]].append(row)
    return families


def test_the_same_seed_gives_the_same_rows_and_another_seed_others():
    first = list(generate_patents(60, seed=3))

    assert list(generate_patents(60, seed=3)) == first
    assert list(generate_patents(60, seed=4)) != first


def test_rows_have_the_documented_columns_in_order(rows):
    assert tuple(next(generate_patents(1, seed=0))) == PATENT_COLUMNS
    assert tuple(rows[0]) == (*PATENT_COLUMNS, *TRUTH_COLUMNS)


@settings(max_examples=25, deadline=None)
@given(
    n_records=st.integers(0, 120),
    prevalence=st.floats(0, 1),
    label_noise=st.floats(0, 1),
    seed=st.integers(),
)
def test_exactly_the_asked_share_is_labelled_relevant(n_records, prevalence, label_noise, seed):
    labels = [
        row["label"]
        for row in generate_patents(
            n_records, seed=seed, prevalence=prevalence, label_noise=label_noise
        )
    ]

    assert len(labels) == n_records
    assert labels.count("relevant") == round(prevalence * n_records)
    assert set(labels) <= {"relevant", "not relevant"}


def test_without_label_noise_every_label_is_true():
    rows = generate_patents(300, seed=5, label_noise=0, with_truth=True)

    assert all(row["label"] == row["true_label"] for row in rows)


def test_label_noise_is_the_share_of_the_rarer_label_and_leaves_the_prevalence():
    rows = list(generate_patents(6000, seed=5, prevalence=0.2, label_noise=0.25, with_truth=True))

    relevant = [row["true_label"] for row in rows if row["label"] == "relevant"]
    truly_relevant = [row for row in rows if row["true_label"] == "relevant"]
    assert relevant.count("not relevant") / len(relevant) == pytest.approx(0.25, abs=0.04)
    assert len(truly_relevant) / len(rows) == pytest.approx(0.2, abs=0.02)


def test_a_family_has_one_label_one_owner_and_one_priority(rows):
    for members in members_of_families(rows).values():
        for column in ("label", "true_label", "topic", "assignee", "priority_date"):
            assert len({member[column] for member in members}) == 1


def test_most_families_have_one_member_and_none_more_than_four(rows):
    sizes = Counter(len(members) for members in members_of_families(rows).values())

    assert set(sizes) == {1, 2, 3, 4}
    assert sizes[1] > sum(sizes.values()) / 2


def test_members_of_a_family_share_most_words_but_are_not_copies(rows):
    families = [f for f in members_of_families(rows).values() if len(f) > 1]

    for members in families:
        texts = [f"{m['title']} {m['abstract']} {m['first_claim']}" for m in members]
        assert len(set(texts)) == len(texts)
    shares = []
    for one, other, *_ in families:
        words = [set(re.findall(r"\w+", m["abstract"].lower())) for m in (one, other)]
        if all(words):
            shares.append(len(words[0] & words[1]) / min(map(len, words)))
    assert sum(share > 0.6 for share in shares) > 0.9 * len(shares)


def test_texts_of_different_families_differ(rows):
    family_of = {}
    for row in rows:
        text = (row["title"].lower(), row["abstract"], row["first_claim"])
        assert family_of.setdefault(text, row["family_id"]) == row["family_id"]


def test_publication_numbers_are_unique_and_two_seeds_share_no_number_and_no_family(rows):
    others = list(generate_patents(2500, seed=12))

    for column in ("publication_number", "family_id"):
        assert not {row[column] for row in rows} & {row[column] for row in others}
    assert len({row["publication_number"] for row in rows}) == len(rows)


def test_publication_numbers_have_the_form_of_their_office_and_a_serial_that_none_has_used(rows):
    form = re.compile(
        r"(US(20\d\d)9\d{10}(A1|B2)|EP9\d{10}(A1|B1)|WO(20\d\d)9\d{10}A1|CN9\d{10}(A|B)"
        r"|KR(20\d\d)9\d{10}(A|B1)|JP(20\d\d)9\d{10}(A|B2))"
    )

    assert all(form.fullmatch(row["publication_number"]) for row in rows)
    assert len({row["publication_number"][:2] for row in rows}) == 6


def test_publications_follow_their_priority_within_the_years_2008_to_2025(rows):
    for row in rows:
        assert "2008-01-01" <= row["priority_date"] < row["publication_date"] <= "2025-12-31"


def test_some_families_hold_an_application_and_its_grant(rows):
    kinds = [
        {
            (member["publication_number"][:2], member["publication_number"][-2:])
            for member in members
        }
        for members in members_of_families(rows).values()
    ]

    assert any({("US", "A1"), ("US", "B2")} <= pairs for pairs in kinds)


def test_abstracts_and_claims_have_the_length_of_real_ones(rows):
    for row in rows:
        if row["abstract"]:
            assert 50 <= len(row["abstract"].split()) <= 190
        assert 40 <= len(row["first_claim"].split()) <= 150
        assert row["title"]


def test_a_few_records_have_no_abstract(rows):
    share = sum(not row["abstract"] for row in rows) / len(rows)

    assert 0.02 < share < 0.07


def test_nothing_of_the_templates_is_left_in_a_text(rows):
    for row in rows:
        text = "\n".join((row["title"], row["abstract"], row["first_claim"]))
        assert not re.search(r"[{}~]|\[(core|short|benefit|field)\]|  |\.\.| ,", text), text


def test_articles_agree_with_the_word_that_follows(rows):
    for row in rows:
        text = " ".join((row["title"].lower(), row["abstract"], row["first_claim"]))
        assert not re.search(r"\b[Aa] (electrol|electrode|active|anode|all-solid)", text), text
        assert not re.search(r"\b[Aa]n (cathode|battery|separator|lithium|positive)", text), text


def test_every_slot_of_every_topic_can_be_filled():
    table = TopicTable()
    for topic in table.topics:
        for seed in range(20):
            grammar, facts = table.draw_facts(topic, 2015, Random(seed))
            assert grammar.unknown_slots(facts) == set(), topic.name


@pytest.mark.parametrize("year", [2008, 2013, 2016, 2019, 2024])
def test_the_nickel_content_separates_high_nickel_from_low_nickel_materials(year):
    for seed in range(200):
        high = describe_composition("high-nickel", Random(seed), year)
        low = describe_composition("low-nickel", Random(seed), year)

        assert 0.8 <= float(high["low_fraction"]) <= float(high["nickel_fraction"]) < 1
        assert float(low["nickel_fraction"]) < float(low["high_fraction"]) <= 0.8


def test_the_metals_of_a_formula_add_up_to_one():
    for seed in range(200):
        formula = describe_composition("high-nickel", Random(seed), 2020)["exact"]
        metals = re.findall(r"(?:Ni|Co|Mn|Al)(0\.\d+)", formula)

        assert len(metals) == 3
        assert sum(map(float, metals)) == pytest.approx(1)


def test_no_single_phrase_gives_the_label_away(rows):
    for phrase in ("high-nickel", "nickel-rich", "Ni0.8", "80 mol%", "precursor", "electrolyte"):
        labels = {
            row["true_label"]
            for row in rows
            if phrase in " ".join((row["title"], row["abstract"], row["first_claim"]))
        }
        assert labels == {"relevant", "not relevant"}, phrase


def test_vocabulary_drifts_over_the_years():
    rows = list(generate_patents(3000, seed=2, with_truth=True))
    early = [row["topic"] for row in rows if row["priority_date"] < "2014"]
    late = [row["topic"] for row in rows if row["priority_date"] >= "2019"]

    def share(topics, word):
        return sum(word in topic for topic in topics) / len(topics)

    assert share(late, "single particle") > 2 * share(early, "single particle")
    assert share(early, "cobalt ") > 2 * share(late, "cobalt ")


def test_rows_are_streamed_so_that_the_first_comes_before_a_billion_are_made():
    rows = generate_patents(10**9, seed=1)

    assert len(list(itertools.islice(rows, 3))) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_records": -1}, "-1 patents cannot be generated; 0 or more can"),
        ({"n_records": 1, "prevalence": 1.5}, "prevalence of generated patents is 1.5; .* 0 to 1"),
        ({"n_records": 1, "label_noise": -0.1}, "label noise .* is -0.1; it must be 0 to 1"),
        ({"n_records": 1, "prevalence": float("nan")}, "prevalence .* is nan"),
    ],
)
def test_impossible_arguments_are_refused_at_the_call(arguments, message):
    with pytest.raises(UsageError, match=message):
        generate_patents(**arguments, seed=1)


def test_a_written_table_holds_the_generated_rows(tmp_path):
    path = tmp_path / "patents.csv"

    write_patents(path, 40, seed=7, prevalence=0.5)

    with path.open(encoding="utf-8", newline="") as table:
        assert list(csv.DictReader(table)) == list(generate_patents(40, seed=7, prevalence=0.5))


def test_a_table_named_gz_is_compressed_and_the_same_to_the_byte_when_written_again(tmp_path):
    first, second = tmp_path / "first.csv.gz", tmp_path / "second.csv.gz"

    write_patents(first, 30, seed=7)
    write_patents(second, 30, seed=7)

    assert first.read_bytes() == second.read_bytes()
    with gzip.open(first, "rt", encoding="utf-8", newline="") as table:
        assert list(csv.DictReader(table)) == list(generate_patents(30, seed=7))


def test_an_unlabelled_table_has_all_columns_but_the_label(tmp_path):
    path = tmp_path / "pile.csv"

    write_patents(path, 10, seed=7, labelled=False)

    with path.open(encoding="utf-8", newline="") as table:
        assert csv.DictReader(table).fieldnames == [c for c in PATENT_COLUMNS if c != "label"]


def test_a_table_can_carry_the_truth_for_analysis(tmp_path):
    path = tmp_path / "truth.csv"

    write_patents(path, 10, seed=7, with_truth=True)

    with path.open(encoding="utf-8", newline="") as table:
        assert csv.DictReader(table).fieldnames == [*PATENT_COLUMNS, *TRUTH_COLUMNS]


@pytest.mark.slow
def test_a_hundred_thousand_records_take_less_than_a_minute():
    start = time.process_time()

    n_records = sum(1 for _ in generate_patents(100_000, seed=1))

    assert n_records == 100_000
    assert time.process_time() - start < 60
