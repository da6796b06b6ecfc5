"""Every error and warning that patsieve raises on purpose.

::

    PatsieveError                 anything the user can be told in one sentence
    ├── UsageError                the command or the call is wrong          (exit code 2)
    │   ├── SpecificationError    an experiment file says something impossible
    │   └── LayerGroupError       a layer group that the encoder does not have
    ├── DataError                 the data cannot be used as they are       (exit code 1)
    │   ├── UnreadableFileError   missing, empty, truncated, binary, undecodable
    │   ├── MissingColumnError    no column for a field that is needed
    │   ├── NoSuchValueError      a value to select records by that no record has
    │   ├── LabelError            a label that cannot be read, or too few of a class
    │   └── LeakError             a family on two sides of a split
    ├── CheckpointError           a pre-trained encoder that cannot be loaded (exit code 1)
    ├── BundleError               a bundle that is incomplete or was changed  (exit code 1)
    ├── HistoryError              a history of scored records that cannot be used (exit code 1)
    ├── ResumeError               a run folder that does not fit the run      (exit code 1)
    ├── LearningError             a tensor that should learn does not         (exit code 1)
    └── OutputError               a file that cannot be written               (exit code 1)

    PatsieveWarning               the run goes on, but the user should know

The command line prints the message of a `PatsieveError` in one place and exits with its
`exit_code`. A message says who, what value, and what was possible; where that is a long list,
`possible` puts what was probably meant in its place.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_SHORT_LIST = 8
_BREAK = re.compile(r"[^\S ]+")
# What moves a terminal's cursor, or is half of a character.
_NO_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def on_one_line(text: str) -> str:
    r"""Return a text out of a file as it may stand in a sentence.

    Examples
    --------
    >>> on_one_line("week\n47\x1b[2J.csv")
    'week 47�[2J.csv'
    """
    return _NO_CHARACTER.sub("\ufffd", _BREAK.sub(" ", text)).strip()


def possible(given: str, known: Iterable[str], *, all_of_them: str = "") -> str:
    """Return what could have been said in place of what is not known, for the end of a message.

    Parameters
    ----------
    given : str
        What the user wrote.
    known : iterable of str
    all_of_them : str
        What shows the user all of `known`, unless the message goes on to say so itself; a long
        list is not written out if something is near.
    """
    names = list(known)
    by_letters = {name.lower(): name for name in names}
    near = [by_letters[name] for name in get_close_matches(given.lower(), by_letters)]
    if near and len(names) > _SHORT_LIST:
        more = f" {all_of_them} shows all {len(names)}" if all_of_them else ""
        return f"did you mean {' or '.join(near)}?{more}"
    return f"there are {', '.join(names)}"


class PatsieveError(Exception):
    """Something a user can be told in one sentence, without a traceback."""

    exit_code = 1


class UsageError(PatsieveError):
    """The command, option or argument is wrong; the data were not looked at."""

    exit_code = 2


class SpecificationError(UsageError):
    """An experiment file says something that cannot be run."""


class LayerGroupError(UsageError):
    """A layer group was named that the encoder does not have."""


class DataError(PatsieveError):
    """The data were read and cannot be used as they are."""


class UnreadableFileError(DataError):
    """A file is missing, empty, truncated, binary or in an unknown encoding.

    What the sentence repeats of the file, and what a library says of it, comes `on_one_line`.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(on_one_line(sentence))


class MissingColumnError(DataError):
    """No column of the file holds a field that is needed."""


class NoSuchValueError(DataError):
    """No record has a value that the user wants to select by."""


class LabelError(DataError):
    """A label cannot be read as relevant or irrelevant, or a class has too few records."""


class LeakError(DataError):
    """Records of one family would stand on two sides of a split."""


class CheckpointError(PatsieveError):
    """A pre-trained encoder cannot be found or loaded."""


class BundleError(PatsieveError):
    """A model bundle is incomplete, was changed, or is from an unknown version."""


class HistoryError(PatsieveError):
    """A history of scored records is none, in use, damaged, or from an unknown version."""


class ResumeError(PatsieveError):
    """A run folder holds a run that is not the one to be resumed."""


class LearningError(PatsieveError):
    """A tensor that a stage trains receives no gradient or does not move."""


class OutputError(PatsieveError):
    """A file or folder cannot be written: no space, no permission, or in the way."""


class PatsieveWarning(UserWarning):
    """The run goes on, but its result needs this to be known."""
