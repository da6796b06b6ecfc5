"""A hypothesis as a rule with numbers, and how a study decides it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import final

from patsieve.experiments.hypotheses.evidence import Evidence, Quantity
from patsieve.experiments.hypotheses.verdict import Outcome, Verdict, all_of, decide
from patsieve.experiments.seed_means import SeedMean


@final
@dataclass(frozen=True)
class Claim:
    """A part of a hypothesis: some quantity lies above (or below) a limit.

    Attributes
    ----------
    key : str
        Its name among a verdict's numbers.
    says : str
        What is measured, in words that "is 0.1" can follow.
    shares : mapping of str to float
        Experiment to its factor in the sum that is looked at.
    quantity : Quantity
    limit : float
        The margin of practical size.
    below : bool
        Whether the claim is of lying below the limit.
    """

    key: str
    says: str
    shares: Mapping[str, float]
    quantity: Quantity
    limit: float
    below: bool = False


@final
@dataclass(frozen=True)
class Remark:
    """What else belongs to a verdict without deciding it."""

    sentence: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


@final
@dataclass(frozen=True)
class Hypothesis:
    """One of the ten.

    Attributes
    ----------
    number, statement, needs, rule
        As in `Verdict`.
    claims : callable
        From the evidence to the parts that all have to hold.
    objection : callable
        Says why these runs cannot decide it; empty if they can.
    remark : callable
    """

    number: int
    statement: str
    needs: tuple[str, ...]
    rule: str
    claims: Callable[[Evidence], tuple[Claim, ...]]
    objection: Callable[[Evidence], str] = lambda _: ""
    remark: Callable[[Evidence], Remark] = lambda _: Remark()

    def judge(self, evidence: Evidence) -> Verdict:
        """Apply the rule."""
        missing = evidence.missing(self.needs)
        if missing:
            return self._verdict(Outcome.NOT_DECIDED, _asking_for(missing))
        objection = self.objection(evidence)
        if objection:
            return self._verdict(Outcome.NOT_DECIDED, objection)
        outcomes, sentences = [], []
        numbers: dict[str, float] = {}
        for claim in self.claims(evidence):
            outcome, sentence, measured = _weigh(claim, evidence)
            outcomes.append(outcome)
            sentences.append(sentence)
            numbers |= measured
        remark = self.remark(evidence)
        told = f"{'; '.join(sentences)}. {remark.sentence}".strip()
        return self._verdict(all_of(outcomes), told, numbers | dict(remark.numbers))

    def _verdict(
        self, outcome: Outcome, why: str, numbers: Mapping[str, float] | None = None
    ) -> Verdict:
        return Verdict(
            self.number,
            self.statement,
            outcome,
            f"{outcome.capitalize()}: {why}",
            {} if numbers is None else numbers,
            self.needs,
            self.rule,
        )


def always(*claims: Claim) -> Callable[[Evidence], tuple[Claim, ...]]:
    """Return claims that do not depend on the evidence."""
    return lambda _: claims


def _asking_for(missing: list[str]) -> str:
    were, them = ("was", "it") if len(missing) == 1 else ("were", "them")
    return f"{', '.join(missing)} {were} not run; two seeds of {them}, or more, can decide."


def _weigh(claim: Claim, evidence: Evidence) -> tuple[Outcome, str, dict[str, float]]:
    names = list(claim.shares)
    # Factors that add up to 0 compare; others ask about the runs themselves.
    if abs(sum(claim.shares.values())) < 1e-9 and evidence.are_the_same(names):
        return (
            Outcome.NOT_DECIDED,
            f"{' and '.join(names)} are the same run on this encoder, so {claim.says} says nothing",
            {},
        )
    found = evidence.average(claim.shares, claim.quantity)
    if found is None:
        return Outcome.NOT_DECIDED, _unmeasured(claim, evidence), {}
    outcome = decide(found, claim.limit, below=claim.below)
    numbers = {
        claim.key: found.mean,
        f"{claim.key}_low": found.low,
        f"{claim.key}_high": found.high,
        f"{claim.key}_limit": claim.limit,
        f"{claim.key}_seeds": float(found.n_seeds),
    }
    return outcome, f"{claim.says} is {spelt(found)}, {_position(claim, outcome)}", numbers


def _unmeasured(claim: Claim, evidence: Evidence) -> str:
    names = " and ".join(claim.shares)
    n_seeds = len(evidence.seeds(list(claim.shares)))
    if n_seeds < 2:
        return f"{claim.says} is known for fewer than two seeds of {names} in common"
    return (
        f"{claim.says} is known for fewer than two of the {n_seeds} seeds of {names}: "
        f"{claim.quantity.absent}"
    )


def spelt(found: SeedMean) -> str:
    """Return mean and interval in words, without a sign before 0."""
    # Adding 0 turns -0.0 into 0.0.
    mean, low, high = (round(value, 3) + 0.0 for value in (found.mean, found.low, found.high))
    return f"{mean:.3f} (95 % interval {low:.3f} to {high:.3f}, {found.n_seeds} seeds)"


def _position(claim: Claim, outcome: Outcome) -> str:
    side = "below" if claim.below else "above"
    if outcome is Outcome.CONFIRMED:
        return f"wholly {side} {claim.limit:g} as claimed"
    if outcome is Outcome.REFUTED:
        return f"nowhere {side} {claim.limit:g} as claimed"
    return f"on both sides of {claim.limit:g}"
