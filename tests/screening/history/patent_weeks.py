"""Weeks of made-up patents, scored one after another with one history."""

import csv
from datetime import UTC, datetime

from patsieve.screening.history.decisions import read_decisions
from patsieve.screening.history.weekly import WeeklyRun, kept_in_history
from patsieve.screening.score import score_file

HEADER = ("publication_number", "family_id", "publication_date", "title", "claims")


class Counting:
    """A classifier that remembers which texts it has scored."""

    def __init__(self, classifier):
        self._classifier = classifier
        self.kind = classifier.kind
        self.read = []

    def predict_proba(self, texts):
        self.read += [str(text) for text in texts]
        return self._classifier.predict_proba(texts)


class Weeks:
    """Scores weeks with one history, and remembers what each came to."""

    def __init__(self, folder, bundle):
        self.folder, self.bundle = folder, bundle
        self.path = folder / "scored.sqlite"
        self.classifier = Counting(bundle.classifier)
        object.__setattr__(bundle, "classifier", self.classifier)

    def file(self, name, *rows, header=HEADER):
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    def score(self, source, *, day=1, decisions=None, column=None, **options):
        """Score a file on a day of May and return its rows by number, and the report."""
        run = WeeklyRun(
            self.path,
            options.pop("bundle", self.bundle),
            source,
            decisions=None if decisions is None else read_decisions(decisions, column),
            now=datetime(2026, 5, day, 12, tzinfo=UTC),
            seconds_to_wait=0.1,
        )
        self.classifier.read.clear()
        self.out = self.folder / f"ranked-{day}.csv"
        with kept_in_history(run):
            self.summary = score_file(self.bundle, source, self.out, history=run, **options)
        with self.out.open(encoding="utf-8", newline="") as file:
            rows = {row["publication_number"]: row for row in csv.DictReader(file)}
        return rows, run.report


CATHODE = ("US10000001A1", "501", "2026-04-02", "nickel cathode", "1. A cathode of nickel.")
CHAIR = ("US10000002A1", "502", "2026-04-02", "oak chair", "1. A chair of oak.")
TABLE = ("US10000003A1", "503", "2026-04-09", "oak table", "1. A table of oak.")
"""Rows of a week."""


def row(patent, **changes):
    """Return the row with some cells changed."""
    return tuple((dict(zip(HEADER, patent, strict=True)) | changes).values())
