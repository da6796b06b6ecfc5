from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.dates import iso_date


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
    ],
)
def test_dates_as_databases_write_them(cell, expected):
    assert iso_date(cell) == expected


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_form_of_a_day_gives_the_day(day):
    forms = ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%d.%m.%Y")

    assert {iso_date(day.strftime(form)) for form in forms} == {day.isoformat()}
