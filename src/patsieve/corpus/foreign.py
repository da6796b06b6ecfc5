"""Which records are in another language than the encoders that most people use have learnt."""

from collections import Counter
from collections.abc import Sequence

from patsieve.corpus.languages import LANGUAGES, language_of
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.tally import RowTally, counted

# A record in so many is worth a word. Of 3,878 English ones of the landscaping sets two are taken
# for something else: formulas and figure legends have few common words.
_ONE_IN = 100


def foreign_notes(records: Sequence[PatentRecord]) -> list[str]:
    """Say which records are not in English, and in what; nothing if they are fewer than 1 %."""
    rows = RowTally()
    languages: Counter[str] = Counter()
    for record in records:
        language = language_of(record.abstract or record.title or record.claims)
        if language not in ("", "en"):
            rows.add(record.row)
            languages[language] += 1
    if not rows.count or rows.count * _ONE_IN < len(records):
        return []
    told = ", ".join(f"{LANGUAGES[code]} {count:,}" for code, count in languages.most_common())
    return [
        f"{counted(rows.count, 'record')} not in English ({told}): {rows}; an encoder that has "
        "learnt English alone reads them poorly, a multilingual one can be given as --checkpoint"
    ]
