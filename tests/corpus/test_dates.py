from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.dates import depends_on_order, is_ambiguous, is_day_first, iso_date


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2014-06-20", "2014-06-20"),
        ("2014-6-2", "2014-06-02"),
        ("2014/06/20", "2014-06-20"),
        ("2014.06.20", "2014-06-20"),
        ("20140620", "2014-06-20"),
        ("06/20/2014", "2014-06-20"),
        ("6/2/2014", "2014-06-02"),
        ("20.06.2014", "2014-06-20"),
        (" 2014-06-20T00:00:00Z ", "2014-06-20"),
        ("2014-06-20 12:30:00.5+02:00", "2014-06-20"),
        ("2015-01-01\n2014-06-20", "2014-06-20"),
        ("20150101;; ;20140620", "2014-06-20"),
        ("", ""),
        ("2014", ""),
        ("June 2014", ""),
        ("20/06/2014", ""),
        ("2014-02-30", ""),
        ("2014-06/20", ""),
        ("0000-01-01", ""),
        ("20140620123", ""),
        ("2014/06/20/", "2014-06-20"),
        ("20. 6. 2014", "2014-06-20"),
        ("2014年6月20日", "2014-06-20"),
        ("20 Jun 2014", "2014-06-20"),
        ("20-JUN-2014", "2014-06-20"),
        ("June 20, 2014", "2014-06-20"),
        ("6/20/2014 12:00:00 AM", "2014-06-20"),
        ("06-20-2014", "2014-06-20"),
        ("31 Feb 2014", ""),
        ("KR20130006425U 20130801", "2013-08-01"),
        ("US201313974256 20130823; US201313974270 20130822", "2013-08-22"),
        ("US 201715458258 A;;US 201514813924 A", ""),
    ],
)
def test_dates_as_databases_write_them(cell, expected):
    assert iso_date(cell) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["20/06/2014"], True),
        (["06/20/2014"], False),
        (["03/04/2014", "4/4/2014"], None),
        (["2014-06-20", "20.06.2014", ""], None),
        (["20/06/2014", "06/20/2014"], False),
        (["20/06/2014", "06/20/2014", "1/1/2014\n21-06-2014"], True),
        (["13/13/2014"], None),
        ([], None),
    ],
)
def test_the_file_tells_whether_the_day_comes_first(cells, expected):
    assert is_day_first(cells) is expected


def test_a_day_that_comes_first_is_read_so_in_a_month_and_beyond():
    assert iso_date("03/04/2014", day_first=True) == "2014-04-03"
    assert iso_date("06/20/2014", day_first=True) == ""
    assert iso_date("2014-06-20", day_first=True) == "2014-06-20"


@pytest.mark.parametrize(
    ("cell", "order", "ambiguous"),
    [
        ("03/04/2014", True, True),
        ("3/3/2014", True, False),
        ("03/13/2014", True, False),
        ("2014-03-04", False, False),
        ("", False, False),
    ],
)
def test_which_dates_depend_on_what_comes_first(cell, order, ambiguous):
    assert (depends_on_order(cell), is_ambiguous(cell)) == (order, ambiguous)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_before_its_month_gives_the_day(day):
    assert iso_date(day.strftime("%d/%m/%Y"), day_first=True) == day.isoformat()


@given(st.text(alphabet="0123456789/.-janJANſ年月日 ", max_size=16))
def test_no_text_upsets_the_reader_of_dates(text):
    for day_first in (False, True):
        found = iso_date(text, day_first=day_first)
        assert found == "" or date.fromisoformat(found)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_form_of_a_day_gives_the_day(day):
    forms = ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%d.%m.%Y")

    assert {iso_date(day.strftime(form)) for form in forms} == {day.isoformat()}
