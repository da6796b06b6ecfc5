"""What a model has learnt from, and how the records were split."""

from collections.abc import Iterator

from patsieve.screening.card.document import Block, Bullets, Facts, Grid, Paragraph, Section
from patsieve.screening.card.facts import NOT_RECORDED, CardFacts, relevant_of
from patsieve.screening.purpose import rounded_percent

_PARTS = ("training", "validation", "test", "all")


def data(facts: CardFacts) -> Section:
    """Return the section on the labelled records."""
    found = facts.manifest.data
    whole = facts.part("all")
    labelled = NOT_RECORDED
    if whole is not None:
        labelled = (
            f"{relevant_of(whole['n_records'], whole['n_relevant'])}, in "
            f"{whole['n_families']:,} families"
        )
    rows = (
        ("file", found.file),
        ("SHA-256 of its records", found.digest),
        ("usable labelled records", labelled),
        ("learnt from", relevant_of(found.n_records, found.n_relevant)),
        ("prevalence (share of relevant ones)", rounded_percent(found.prevalence)),
        *_reads(facts),
    )
    return Section("data", "What it learnt from", (Facts(rows), *_notes(facts)))


def split(facts: CardFacts) -> Section:
    """Return the section on who stood on which side."""
    return Section("split", "How the records were split", tuple(_split(facts)))


def _reads(facts: CardFacts) -> Iterator[tuple[str, str]]:
    if facts.column is not None:
        yield "read of a record", f"the column “{facts.column}”, no text"
        return
    symbols = facts.manifest.experiment.get("text", {}).get("symbols", False)
    read = [*facts.manifest.text_fields, *(["CPC and IPC symbols"] if symbols else [])]
    yield "fields read", ", ".join(read)
    if facts.manifest.text_max_words:
        longest = facts.manifest.text_max_words.items()
        yield "fields cut", ", ".join(f"{name} after {most:,} words" for name, most in longest)
    yield "texts cut", _cut(facts)


def _cut(facts: CardFacts) -> str:
    after = f"{facts.manifest.text_max_characters:,} characters"
    if facts.kind == "bag-of-words":
        return f"what follows after {after}; all else is read"
    n_cut, tokens = facts.training.get("n_truncated"), facts.training.get("max_tokens")
    reach = facts.training.get("reach")
    n_texts = sum((facts.part(name) or {}).get("n_records", 0) for name in _PARTS[:2])
    if n_cut is None or not n_texts:
        return f"how many were longer than what the encoder reads is {NOT_RECORDED}"
    if reach is None:
        # Bundles from before windows tell tokens alone.
        reach = "what the encoder reads" if tokens is None else f"{tokens:,} tokens"
    return f"{n_cut:,} of {n_texts:,} ({rounded_percent(n_cut / n_texts)}), after {reach}"


def _notes(facts: CardFacts) -> Iterator[Block]:
    notes = facts.manifest.notes
    if notes:
        yield Paragraph("What was noted when the file was read and split:")
        yield Bullets(notes)
    else:
        yield Paragraph("Nothing unusual was noted when the file was read and split.")


def _split(facts: CardFacts) -> Iterator[Block]:
    told = facts.training.get("split")
    yield Paragraph(f"How it was done is {NOT_RECORDED}." if told is None else _manner(told))
    yield Paragraph(
        "No family stands on two sides. Publications with one family id, one number or one text "
        "belong together, so that nothing is judged by a model that has seen the same invention."
    )
    parts = {name: found for name in _PARTS if (found := facts.part(name)) is not None}
    rows = tuple(
        (
            name,
            f"{part['n_records']:,}",
            f"{part['n_relevant']:,}",
            rounded_percent(part["n_relevant"] / part["n_records"]),
            f"{part['n_families']:,}",
        )
        for name, part in parts.items()
        if part["n_records"]
    )
    if rows:
        header = ("part", "records", "relevant", "share", "families")
        yield Grid("The parts of the labelled set.", header, rows)
    yield Paragraph(_roles(facts))


def _manner(told: dict[str, object]) -> str:
    by, name = told["by"], told["named"]
    if by == "column":
        return f"As the column “{name}” of the file says."
    if by == "date":
        return "By date: the newest families are for testing."
    if by == "file":
        return (
            f"Tests are on a file of its own, “{name}”; labelled records of families that are "
            "in it were left out."
        )
    return (
        "By family, at random, relevant and irrelevant records in the same shares in each part "
        f"(seed {told['seed']})."
    )


def _roles(facts: CardFacts) -> str:
    if facts.manifest.is_cross_fitted:
        return (
            "Training and validation records together taught the model. Its probabilities and its "
            "threshold rest on scores of the same records by models that had not seen their "
            "families."
        )
    return (
        "The training records taught the model. The validation records watched over that, and its "
        "probabilities and its threshold rest on them."
    )
