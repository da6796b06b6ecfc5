"""Weeks that a small bag of words scores."""

import pytest
from patent_weeks import Weeks


@pytest.fixture
def weeks(tmp_path, bundle):
    return Weeks(tmp_path, bundle)
