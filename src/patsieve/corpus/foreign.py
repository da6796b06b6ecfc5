"""Which records are in another language than the encoders that most people use have learnt."""

from collections import Counter
from collections.abc import Sequence
from typing import final

from patsieve.corpus.languages import LANGUAGES, language_of_record
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.tally import RowTally, counted

# A record in so many is worth a word. Of 3,878 English ones of the landscaping sets two are taken
# for something else: formulas and figure legends have few common words.
_ONE_IN = 100


@final
class ForeignTally:
    """Counts records that are not in English, by language."""

    def __init__(self) -> None:
        self._n_records = 0
        self._rows = RowTally()
        self._languages: Counter[str] = Counter()

    def add(self, records: Sequence[PatentRecord]) -> None:
        """Count some more records."""
        self._n_records += len(records)
        for record in records:
            language = language_of_record(record)
            if language and language != "en":
                self._rows.add(record.row)
                self._languages[language] += 1

    def notes(self, remedy: str) -> list[str]:
        """Say which records are not in English, and in what; nothing if they are fewer than 1 %.

        Parameters
        ----------
        remedy : str
            What ends the sentence.
        """
        if not self._rows.count or self._rows.count * _ONE_IN < self._n_records:
            return []
        most_first = self._languages.most_common()
        told = ", ".join(f"{LANGUAGES[code]} {count:,}" for code, count in most_first)
        records = counted(self._rows.count, "record")
        return [f"{records} not in English ({told}): {self._rows}; {remedy}"]


def foreign_notes(records: Sequence[PatentRecord]) -> list[str]:
    """Say which labelled records are not in English, unless they are fewer than 1 %."""
    tally = ForeignTally()
    tally.add(records)
    return tally.notes(
        "an encoder that has learnt English alone reads them poorly, a multilingual one can be "
        "given as --checkpoint"
    )
