"""The reference study's ten hypotheses, each with the rule that a study decides it by."""

from patsieve.experiments.hypotheses.rules import HYPOTHESES, MULTIPLICITY, judge
from patsieve.experiments.hypotheses.verdict import Outcome, Verdict

__all__ = ["HYPOTHESES", "MULTIPLICITY", "Outcome", "Verdict", "judge"]
