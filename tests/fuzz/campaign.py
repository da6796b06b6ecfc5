"""Thousands of inputs of one family, one after another, in a process that may hang or die.

The number of an input decides what it is: the same family, seed and number give the same bytes.
The process that reads is a fork of this one; it writes into shared memory which input it is at.
This one watches it, kills it where it hangs, and goes on behind the input that ended it.
"""

import mmap
import os
import random
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from starting_inputs import Family
from trial import OUTCOMES, WAYS, outcome_of
from workbooks_inside import workbooks_inside

SECONDS = 5.0
"""Of processor time, for one input of some kilobytes."""
MEMORY = 256 << 20
"""So much may the process grow by one input of some kilobytes."""
# Beyond it nothing is given out at all: what the reader of workbooks allows its program, which
# may use it all.
_ADDRESS_SPACE = 1 << 30
_SECONDS_BETWEEN_LOOKS = 0.2
# By the clock, where processor time stands still; a busy machine may let us wait for long.
_MOST_IDLE_SECONDS = 600.0
_MOST_FINDINGS = 25
_COUNTERS = struct.Struct(f"<{len(OUTCOMES) + 1}Q")


class TooSlowError(BaseException):
    """An input took longer than `SECONDS`. No reader may mistake it for damage."""


@dataclass
class Finding:
    """An input that came to what was not promised.

    Attributes
    ----------
    number : int
    way : str
        How it was read, of `trial.WAYS`.
    what : str
        The last line of the traceback and where it was raised; or how the process ended.
    file : str
        Where the input is kept.
    """

    number: int
    way: str
    what: str
    file: str


@dataclass
class Counts:
    """What came of the inputs of a family so far; what a journal keeps.

    Attributes
    ----------
    seed : int
    outcomes : mapping of outcome to int
    findings : list of Finding
        The first few; `n_findings` counts all.
    n_ended : int
        How many ended, or had to end, the program beside that reads workbooks: the reader says
        so, and they are counted as refused.
    cpu_seconds : float
        Of the reading processes.
    """

    seed: int
    outcomes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    findings: list[Finding] = field(default_factory=list)
    n_findings: int = 0
    n_ended: int = 0
    cpu_seconds: float = 0.0

    @property
    def n_inputs(self) -> int:
        """How many inputs were tried."""
        return sum(self.outcomes.values()) + self.n_findings

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Counts":
        """Return what `as_json` returned."""
        findings = [Finding(**each) for each in kept["findings"]]
        return cls(**{**kept, "findings": findings})

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def input_of(family: Family, seed: int, number: int) -> tuple[bytes, str]:
    """Return the bytes of an input, and in which way it is read."""
    source = random.Random(f"{family.name} {seed} {number}")
    return family.mutate(source, family), tuple(WAYS)[number % len(WAYS)]


def campaign(family: Family, counts: Counts, upto: int, folder: Path) -> Iterator[Counts]:
    """Try inputs until there were so many; yield the counts now and then, to be kept.

    Parameters
    ----------
    counts : Counts
        Of earlier trials with the same seed; changed in place.
    folder : Path
        Where inputs are kept that came to what was not promised.
    """
    folder.mkdir(parents=True, exist_ok=True)
    while counts.n_inputs < upto:
        with mmap.mmap(-1, _COUNTERS.size) as shared, tempfile.TemporaryDirectory() as scratch:
            before, first = dict(counts.outcomes), counts.n_inputs
            told = Path(scratch) / "finding"
            sys.stdout.flush()
            pid = os.fork()
            if pid == 0:
                _read_on(family, counts.seed, range(first, upto), shared, Path(scratch))
            for status, usage in _watched(pid, shared):
                found = _COUNTERS.unpack(shared[:])
                counts.outcomes = {
                    name: before[name] + n for name, n in zip(OUTCOMES, found, strict=False)
                }
                if status is None:
                    yield counts
                    continue
                counts.cpu_seconds += usage
                if status == 0:
                    continue
                what = told.read_text() if told.exists() else _end(status)
                if not told.exists() and family.ends_its_program:
                    counts.n_ended += 1
                    # Its program has a limit of time, and it would be waited for.
                    outcome = "refused" if status == -signal.SIGKILL else ""
                    if not outcome:
                        outcome, what = _outcome_beside(family, counts, Path(scratch))
                    if outcome:
                        counts.outcomes[outcome] += 1
                        continue
                _take_down(family, counts, what, folder)


def _watched(pid: int, shared: mmap.mmap) -> Iterator[tuple[int | None, float]]:
    """Yield None now and then, and at the end the exit status, with seconds of processor time."""
    last, since, used = bytes(shared[:]), time.monotonic(), 0.0
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            yield os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
            return
        now = bytes(shared[:])
        if now != last:
            last, since, used = now, time.monotonic(), _cpu_seconds(pid)
        elif (
            _cpu_seconds(pid) - used > 2 * SECONDS or time.monotonic() - since > _MOST_IDLE_SECONDS
        ):
            # The alarm is not heard inside of a library.
            os.kill(pid, signal.SIGKILL)
        yield None, 0.0
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _end(status: int) -> str:
    if status == -signal.SIGKILL:
        return f"killed: nothing moved for {2 * SECONDS} seconds, or out of memory"
    return f"the process ended with {status}"


def _outcome_beside(family: Family, counts: Counts, scratch: Path) -> tuple[str, str]:
    """Return what an input comes to where its program is started as for a user.

    It is the outcome, or an empty one with what was raised.
    """
    content, way = input_of(family, counts.seed, counts.n_inputs)
    path = scratch / "export"
    path.write_bytes(content)
    try:
        return bounded_outcome(path, way), ""
    except (Exception, TooSlowError) as error:  # noqa: BLE001 - it is what we look for
        return "", _told(error)


def _take_down(family: Family, counts: Counts, what: str, folder: Path) -> None:
    number = counts.n_inputs
    content, way = input_of(family, counts.seed, number)
    counts.n_findings += 1
    if len(counts.findings) < _MOST_FINDINGS:
        file = folder / f"{family.name.replace(' ', '-')}-{counts.seed}-{number}"
        file.write_bytes(content)
        counts.findings.append(Finding(number, way, what, file.name))


def _read_on(
    family: Family, seed: int, numbers: range, shared: mmap.mmap, scratch: Path
) -> NoReturn:
    """Read inputs until one does not come to what is promised; the process ends with it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_size() + _ADDRESS_SPACE, hard))
    counters = [0] * (len(OUTCOMES) + 1)
    # What libraries complain of besides is not read by anybody.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    most = _ADDRESS_SPACE if family.ends_its_program else MEMORY
    path, code = scratch / "export", 0
    with workbooks_inside():
        for number in numbers:
            content, way = input_of(family, seed, number)
            path.write_bytes(content)
            try:
                outcome = bounded_outcome(path, way, most)
            except (Exception, TooSlowError) as error:  # noqa: BLE001 - it is what we look for
                (scratch / "finding").write_text(_told(error))
                code = 1
                break
            counters[OUTCOMES.index(outcome)] += 1
            shared[:] = _COUNTERS.pack(*counters)
    os._exit(code)


def bounded_outcome(path: Path, way: str, memory: int = MEMORY) -> str:
    """Return the outcome of an input.

    Raises
    ------
    TooSlowError
        If it takes more than `SECONDS`.
    MemoryError
        If the process grows by more than `memory`.
    Exception
        Whatever a reader lets through.
    """
    before = _peak()
    with _alarm():
        outcome = outcome_of(path, way)
    if (grown := _peak() - before) > memory:
        raise MemoryError(f"the process grew by {grown >> 20:,} MiB")
    return outcome


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(*_: object) -> NoReturn:
        raise TooSlowError(f"more than {SECONDS} seconds")

    theirs = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, theirs)


def _size() -> int:
    """Return how many bytes of addresses this process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _peak() -> int:
    """Return the most bytes of memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _told(error: BaseException) -> str:
    """Return what was raised and by which lines."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in reversed(frames))
    return f"{type(error).__name__}: {str(error)[:300]} ({places})"
