"""One week: what a file brings beside what was scored before, and whether it has drifted."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import final

from patsieve.corpus.content import NO_CONTENT
from patsieve.corpus.records import PatentRecord
from patsieve.errors import UsageError
from patsieve.screening.bundle import ModelBundle, is_learnt, training_family_hashes
from patsieve.screening.drift.check import check_drift
from patsieve.screening.drift.reference import read_reference
from patsieve.screening.drift.week import WeekCounts
from patsieve.screening.history.decisions import Decisions, take_down
from patsieve.screening.history.identity import Identity
from patsieve.screening.history.known import Standing, standing_of
from patsieve.screening.history.met import COLUMNS, Met, cells_of
from patsieve.screening.history.read_by import what_is_read
from patsieve.screening.history.report import ChangedRecord, WeeklyReport
from patsieve.screening.history.store import HistoryStore
from patsieve.screening.sinks import Cell, Column

# So many changed records are named on the screen; the list has them all.
_N_NAMED = 5


@final
class WeeklyRun:
    """Scores what a history does not know yet, and takes it down.

    Nothing is opened or written before the first record comes.

    Parameters
    ----------
    path : Path
        Of the history.
    bundle : ModelBundle
    source : Path
        The file that is scored.
    name : str, optional
        What to call it; by default by its name.
    decisions : Decisions, optional
        Of the user, to be taken down first.
    now : datetime, optional
    seconds_to_wait : float
        For another run to end.

    Attributes
    ----------
    report : WeeklyReport
        After `finish`.
    """

    columns: Sequence[Column] = COLUMNS

    def __init__(
        self,
        path: Path,
        bundle: ModelBundle,
        source: Path,
        *,
        name: str | None = None,
        decisions: Decisions | None = None,
        now: datetime | None = None,
        seconds_to_wait: float = 5.0,
    ) -> None:
        if path.resolve().is_relative_to(bundle.folder.resolve()):
            raise UsageError(
                f"{path} is in the bundle {bundle.folder}, which would not be read any more if a "
                "file were added or changed; choose another place for the history"
            )
        self._path, self._bundle, self._source = path, bundle, source
        self._name = source.name if name is None else name
        self._decisions = decisions
        self._at = (datetime.now(UTC) if now is None else now).isoformat(timespec="seconds")
        self._seconds_to_wait = seconds_to_wait
        self._store: HistoryStore | None = None
        self._counts: Counter[str] = Counter()
        self._changed: list[ChangedRecord] = []
        self._n_scored = self._n_anew = 0
        self._week = WeekCounts()
        self._compared: WeeklyReport | None = None

    def score(
        self,
        chunk: Sequence[PatentRecord],
        probabilities: Callable[[Sequence[PatentRecord]], list[float]],
    ) -> tuple[list[float], list[list[Cell]]]:
        """Return a probability and the cells of `columns` for each record.

        Parameters
        ----------
        probabilities : callable
            Scores the records that this model has not scored yet; not a number where there is
            nothing to read.

        Raises
        ------
        HistoryError
            If the history is none, in use, or cannot be written.
        """
        store = self._opened()
        met = [self._meet(store, record) for record in chunk]
        # The same version twice in a file is scored once.
        of_version: dict[object, int] = {}
        for number, one in enumerate(met):
            if one is None or one.probability is None:
                of_version.setdefault(_version(number, one), number)
        todo = list(of_version.values())
        values = dict(zip(todo, probabilities([chunk[number] for number in todo]), strict=True))
        self._n_scored += len(todo)
        found = []
        for number, one in enumerate(met):
            if one is not None and one.probability is not None:
                found.append(one.probability)
            else:
                found.append(values[of_version[_version(number, one)]])
        for record, one, probability in zip(chunk, met, found, strict=True):
            self._take_down(store, record, one, probability)
        return found, [cells_of(one) for one in met]

    def compare(self) -> WeeklyReport:
        """Compare the week with what the model was made on, once all of it is scored."""
        if self._compared is not None:
            return self._compared
        store = self._opened()
        earlier, n_other_weeks = store.quiet_weeks(self._model, but=self._run)
        drift = check_drift(
            self._bundle, self._reference, self._week, earlier, n_looks=n_other_weeks + 1
        )
        self._compared = WeeklyReport(
            path=self._path,
            counts=dict(self._counts),
            n_scored=self._n_scored,
            n_anew=self._n_anew,
            other_models=tuple(store.other_models(self._model)),
            changed=tuple(self._changed),
            n_decisions=0 if self._decisions is None else len(self._decisions.made),
            scored_at=self._scored_at,
            notes=() if self._decisions is None else self._decisions.notes,
            drift=drift,
        )
        return self._compared

    def finish(self) -> WeeklyReport:
        """Compare the week, if that was not done yet, and make all of it last."""
        self.report = self.compare()
        store = self._opened()
        by_itself = any(each.n_weeks == 1 for each in self.report.drift.found)
        store.keep_week(self._run, self._week, raised=by_itself)
        store.keep()
        return self.report

    def take_back(self) -> None:
        """Leave the history as it was."""
        if self._store is not None:
            self._store.take_back()

    def _opened(self) -> HistoryStore:
        if self._store is not None:
            return self._store
        self._reference = read_reference(self._bundle)
        self._learnt = training_family_hashes(self._bundle)
        with self._source.open("rb") as file:
            digest_of_file = hashlib.file_digest(file, "sha256").hexdigest()
        store = HistoryStore(self._path, seconds_to_wait=self._seconds_to_wait)
        self._store = store
        self._model = store.model(self._bundle.manifest, self._bundle.folder.resolve().name)
        self._run, self._before, self._scored_at = store.begin_run(
            model=self._model, file=self._name, digest=digest_of_file, at=self._at
        )
        if self._decisions is not None:
            take_down(self._decisions, store, day=self._at[:10])
        return store

    def _meet(self, store: HistoryStore, record: PatentRecord) -> Met | None:
        """Return what the history knows of a record; None if nothing tells it from others."""
        identity = Identity.of(record)
        if identity is None:
            return None
        versions = store.versions(identity)
        # As it was before this file was first scored; decisions count from when they are made.
        known = [
            each if run is None or run < self._before else replace(each, scored="")
            for each, run in versions
        ]
        known = [each for each in known if each.scored or each.label is not None]
        row = next(
            (
                each.row
                for each, _ in versions
                if (each.key, each.content) == (identity.key, identity.content)
            ),
            None,
        )
        read = what_is_read(self._bundle, record)
        score = None if row is None else store.score(row, self._model, read)
        numbered = next(
            (
                each.row
                for each in known
                if each.key == identity.key and each.content == NO_CONTENT != identity.content
                if each.label is not None
            ),
            None,
        )
        is_first = store.is_first_of_family(identity.families)
        return Met(
            identity=identity,
            read=read,
            standing=standing_of(identity.key, identity.content, identity.published, known),
            row=row,
            probability=None if score is None else _number(score[0]),
            numbered=numbered,
            is_new_family=is_first and not any(each.scored for each in known),
        )

    def _take_down(
        self, store: HistoryStore, record: PatentRecord, met: Met | None, probability: float
    ) -> None:
        standing = Standing("new") if met is None else met.standing
        self._counts[standing.status] += 1
        if standing.status == "changed" and len(self._changed) < _N_NAMED:
            self._changed.append(
                ChangedRecord(record.row, record.publication_number, standing.note)
            )
        if met is None:
            return
        if met.probability is None:
            row = store.add(met.identity, self._run)
            if met.row is not None and store.scored_by_another(row, self._model):
                self._n_anew += 1
            kept = None if math.isnan(probability) else probability
            store.keep_score(row, self._model, met.read, kept)
            if met.numbered is not None:
                store.move_decision(met.numbered, row)
        if (
            met.is_new_family
            and not math.isnan(probability)
            and not is_learnt(record, self._learnt)
        ):
            share = None
            if self._reference is not None:
                share = self._reference.words.unknown_share(self._bundle.recipe.compose(record))
            self._week.add(probability, share)


@contextmanager
def kept_in_history(run: WeeklyRun) -> Iterator[WeeklyRun]:
    """Finish a run when the block ends well; otherwise the history stays as it was."""
    try:
        yield run
        run.finish()
    except BaseException:
        run.take_back()
        raise


def _version(number: int, met: Met | None) -> object:
    if met is None:
        return number
    return met.identity.key, met.identity.content, met.read


def _number(probability: float | None) -> float:
    return math.nan if probability is None else probability
