import pytest

from patsieve.corpus.layouts import layout_of


@pytest.mark.parametrize(
    ("header", "database"),
    [
        (["Publication Number", "Title - DWPI"], "Derwent Innovation"),
        (["PatBase Family", "Title"], "PatBase"),
        (["patent_id", "cpc_section", "cpc_class", "cpc_subclass"], "PatentsView"),
        (["title", "source_file", "source_row"], "a corpus that patsieve wrote"),
        (["id", "title", "abstract"], ""),
        (["title", "abstract", "label"], ""),
        ([], ""),
    ],
)
def test_a_database_is_known_by_its_columns(header, database):
    assert layout_of(header) == database
