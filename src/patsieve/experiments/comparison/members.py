"""Who is compared: tables, several seeds of an experiment, bundles, columns of scores."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from patsieve.corpus.load import LoadOptions
from patsieve.corpus.tally import listed, quoted
from patsieve.errors import DataError, UnreadableFileError, UsageError
from patsieve.experiments.comparison.alignment import Names
from patsieve.experiments.comparison.bundle_scores import LabelledFile
from patsieve.experiments.comparison.scored_table import ScoredTable, read_scores
from patsieve.metrics.differences import N_DRAWS
from patsieve.screening.manifest import MANIFEST

_SEED = re.compile(r"(?P<name>.+)-seed(?P<seed>\d+)\.csv")


@final
@dataclass(frozen=True)
class CompareRequest:
    """What to compare.

    Attributes
    ----------
    members : tuple of str
        Each an out-of-fold table, a pattern or a prefix of several (``oof/recommended`` for
        ``oof/recommended-seed1.csv`` and so on), or the folder of a bundle. With `columns` and
        without `on`: files that hold those columns, each a data set.
    on : Path or None
        A labelled file for the bundles to score.
    columns : tuple of str
        Columns of scores, each a system.
    load : LoadOptions
        How the labelled file, or a table, is read.
    threshold : float or None
        Records are called relevant from this probability on. None: a bundle's own, else .5.
    seed, n_draws : int
        Of what is drawn.
    """

    members: tuple[str, ...]
    on: Path | None = None
    columns: tuple[str, ...] = ()
    load: LoadOptions = field(default_factory=LoadOptions)
    threshold: float | None = None
    seed: int = 0
    n_draws: int = N_DRAWS


@final
@dataclass(frozen=True)
class Field:
    """The systems that meet on one data set.

    Attributes
    ----------
    name : str
        Of the data set; empty if there is one only.
    tables : mapping of (system, seed) to ScoredTable
        The seed is None for a system that is what it is, without seeds.
    thresholds : mapping of system to float
        Only of systems that have one of their own.
    """

    name: str
    tables: Mapping[Names, ScoredTable]
    thresholds: Mapping[str, float] = field(default_factory=dict)


def find_fields(request: CompareRequest) -> list[Field]:
    """Return the data sets, each with the scores of at least two systems.

    Raises
    ------
    UsageError
        If a member is nothing that can be compared, or there is only one.
    UnreadableFileError, DataError, BundleError and others
        As the files and bundles.
    """
    if request.columns and request.on is None:
        return _of_columns(request)
    sources = [_Source.of(member) for member in request.members]
    names = _unlike(sources)
    labelled = _labelled_file(request, sources)
    found: dict[str, dict[str, dict[int | None, ScoredTable]]] = {}
    thresholds = {}
    for source, name in zip(sources, names, strict=True):
        if source.bundle is None:
            found[name] = source.read(request.load)
        elif labelled is not None:
            scored = labelled.by_bundle(source.bundle)
            found[name] = {"": {None: scored.table}}
            thresholds[name] = scored.threshold
    if labelled is not None:
        for column, table in labelled.by_columns(request.columns).items():
            found[column] = {"": {None: table}}
    if len(found) < 2:
        raise UsageError(f"there is only {listed(found)} to compare; name two systems, or more")
    return _by_set(found, thresholds)


@final
@dataclass(frozen=True)
class _Source:
    """One argument: the tables it names, or a bundle."""

    argument: str
    name: str
    bundle: Path | None = None
    tables: tuple[Path, ...] = ()

    @classmethod
    def of(cls, argument: str) -> "_Source":
        path = Path(argument)
        if (path / MANIFEST).is_file():
            return cls(argument, path.resolve().name, bundle=path)
        if path.is_file():
            return cls(argument, _stem(path), tables=(path,))
        beginning = f"{argument}-seed*.csv"
        patterns = (argument, beginning) if argument.endswith(".csv") else (beginning, argument)
        files = next(filter(None, map(_matching, patterns)), [])
        if not files:
            raise UnreadableFileError(
                f"there is no table, bundle or prefix of tables {argument}: a file, a folder with "
                f"{MANIFEST}, or files {argument.removesuffix('.csv')}-seed1.csv and so on would do"
            )
        stems = dict.fromkeys(_stem(file) for file in files)
        if len(stems) > 1:
            raise UsageError(
                f"{argument} names the tables of several experiments, {listed(stems)}; name one "
                "experiment at a time, as in oof/recommended"
            )
        return cls(argument, next(iter(stems)), tables=tuple(files))

    def read(self, load: LoadOptions) -> dict[str, dict[int | None, ScoredTable]]:
        """Return the tables by data set, which is their folder, and by seed."""
        found: dict[str, dict[int | None, ScoredTable]] = {}
        for file in self.tables:
            [table] = read_scores(file, load).values()
            found.setdefault(file.resolve().parent.name, {})[_seed(file)] = table
        return found


def _matching(pattern: str) -> list[Path]:
    path = Path(pattern)
    found = Path(path.anchor).glob(str(path.relative_to(path.anchor)))
    return sorted(each for each in found if each.is_file())


def _stem(path: Path) -> str:
    match = _SEED.fullmatch(path.name)
    return path.name.partition(".")[0] if match is None else match["name"]


def _seed(path: Path) -> int | None:
    match = _SEED.fullmatch(path.name)
    return None if match is None else int(match["seed"])


def _unlike(sources: Sequence[_Source]) -> list[str]:
    """Return names that tell the systems apart; the arguments themselves where names do not."""
    names = [source.name for source in sources]
    if len(set(names)) == len(names):
        return names
    arguments = [source.argument for source in sources]
    if len(set(arguments)) < len(arguments):
        twice = next(each for each in arguments if arguments.count(each) > 1)
        raise UsageError(f"{twice} is named twice; a comparison needs different systems")
    return arguments


def _labelled_file(request: CompareRequest, sources: Sequence[_Source]) -> LabelledFile | None:
    bundles = [source.argument for source in sources if source.bundle is not None]
    if request.on is None:
        if bundles:
            raise UsageError(
                f"{bundles[0]} is a bundle; say on which labelled records it should be compared: "
                "--on FILE"
            )
        return None
    if not bundles and not request.columns:
        raise UsageError(
            f"--on {request.on} is for bundles to score; the tables given have their scores already"
        )
    return LabelledFile(request.on, request.load, [s.bundle for s in sources if s.bundle])


def _of_columns(request: CompareRequest) -> list[Field]:
    if len(set(request.columns)) < 2 or not request.members:
        raise UsageError(
            f"--column {request.columns[0]} names one system of a file; name two columns, as in "
            "patsieve compare scores.csv --column old --column new"
        )
    fields = []
    for member in request.members:
        tables = read_scores(Path(member), request.load, request.columns)
        if len(tables) < 2:
            raise UsageError(f"the columns given are one and the same, {listed(tables)}")
        name = _stem(Path(member)) if len(request.members) > 1 else ""
        fields.append(Field(name, {(column, None): table for column, table in tables.items()}))
    return fields


def _by_set(
    found: Mapping[str, Mapping[str, Mapping[int | None, ScoredTable]]],
    thresholds: Mapping[str, float],
) -> list[Field]:
    sets = list(dict.fromkeys(name for of_system in found.values() for name in of_system))
    if all(len(of_system) == 1 for of_system in found.values()):
        tables = {name: next(iter(of_system.values())) for name, of_system in found.items()}
        return [Field("", _paired(tables), thresholds)]
    for system, of_system in found.items():
        missing = [name for name in sets if name not in of_system]
        if missing:
            raise DataError(
                f"{system} has no table for the data set {quoted(missing[0])}; it has them for "
                f"{listed(of_system)}; every system must be tested on every set"
            )
    return [
        Field(name, _paired({system: of_set[name] for system, of_set in found.items()}), thresholds)
        for name in sets
    ]


def _paired(tables: Mapping[str, Mapping[int | None, ScoredTable]]) -> dict[Names, ScoredTable]:
    """Give every table its system and seed; single tables of all systems need no seeds."""
    if all(len(of_system) == 1 for of_system in tables.values()):
        return {(name, None): next(iter(each.values())) for name, each in tables.items()}
    return {(name, seed): table for name, each in tables.items() for seed, table in each.items()}
