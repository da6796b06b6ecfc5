"""patsieve finds the relevant patents in a pile, and says how many it may have missed."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patsieve.corpus.load import LoadOptions, load_corpus
    from patsieve.corpus.records import Corpus, PatentRecord
    from patsieve.corpus.splits import Split, family_folds, split_by_date, split_by_family
    from patsieve.corpus.text import RecordText, TextRecipe
    from patsieve.errors import PatsieveError, PatsieveWarning
    from patsieve.finetuning.events import Callback, TrainingState
    from patsieve.finetuning.schedule import EarlyStopping, Reducer, Stage, UnfreezingSchedule
    from patsieve.finetuning.settings import TrainingSettings
    from patsieve.finetuning.trainer import Trainer
    from patsieve.metrics.evaluation import Evaluation, evaluate_scores
    from patsieve.metrics.log_odds import at_prevalence
    from patsieve.metrics.prevalence import estimate_prevalence
    from patsieve.metrics.stopping import judge_stopping
    from patsieve.models.bag_of_words import BagOfWordsClassifier
    from patsieve.models.base import RelevanceClassifier
    from patsieve.models.calibrated import CalibratedClassifier
    from patsieve.models.calibrator_choice import choose_calibrator
    from patsieve.models.column import ColumnClassifier
    from patsieve.models.embedding import EmbeddingClassifier
    from patsieve.models.encoder import EncoderClassifier
    from patsieve.models.stacking import StackingClassifier
    from patsieve.screening.bundle import ModelBundle, load_bundle
    from patsieve.screening.certificate import (
        CertificateRefused,
        RecallCertificate,
        certify_recall,
    )
    from patsieve.screening.purpose import Purpose

__version__ = "0.1.0"

__all__ = [
    "BagOfWordsClassifier",
    "CalibratedClassifier",
    "Callback",
    "CertificateRefused",
    "ColumnClassifier",
    "Corpus",
    "EarlyStopping",
    "EmbeddingClassifier",
    "EncoderClassifier",
    "Evaluation",
    "LoadOptions",
    "ModelBundle",
    "PatentRecord",
    "PatsieveError",
    "PatsieveWarning",
    "Purpose",
    "RecallCertificate",
    "RecordText",
    "Reducer",
    "RelevanceClassifier",
    "Split",
    "StackingClassifier",
    "Stage",
    "TextRecipe",
    "Trainer",
    "TrainingSettings",
    "TrainingState",
    "UnfreezingSchedule",
    "__version__",
    "at_prevalence",
    "certify_recall",
    "choose_calibrator",
    "estimate_prevalence",
    "evaluate_scores",
    "family_folds",
    "judge_stopping",
    "load_bundle",
    "load_corpus",
    "split_by_date",
    "split_by_family",
]

# Public names are imported when they are first asked for: `import patsieve` loads no torch.
_HOMES = {
    "corpus.load": ("LoadOptions", "load_corpus"),
    "corpus.records": ("Corpus", "PatentRecord"),
    "corpus.splits": ("Split", "family_folds", "split_by_date", "split_by_family"),
    "corpus.text": ("RecordText", "TextRecipe"),
    "errors": ("PatsieveError", "PatsieveWarning"),
    "finetuning.events": ("Callback", "TrainingState"),
    "finetuning.schedule": ("EarlyStopping", "Reducer", "Stage", "UnfreezingSchedule"),
    "finetuning.settings": ("TrainingSettings",),
    "finetuning.trainer": ("Trainer",),
    "metrics.evaluation": ("Evaluation", "evaluate_scores"),
    "metrics.log_odds": ("at_prevalence",),
    "metrics.prevalence": ("estimate_prevalence",),
    "metrics.stopping": ("judge_stopping",),
    "models.bag_of_words": ("BagOfWordsClassifier",),
    "models.base": ("RelevanceClassifier",),
    "models.calibrated": ("CalibratedClassifier",),
    "models.calibrator_choice": ("choose_calibrator",),
    "models.column": ("ColumnClassifier",),
    "models.embedding": ("EmbeddingClassifier",),
    "models.encoder": ("EncoderClassifier",),
    "models.stacking": ("StackingClassifier",),
    "screening.bundle": ("ModelBundle", "load_bundle"),
    "screening.certificate": ("CertificateRefused", "RecallCertificate", "certify_recall"),
    "screening.purpose": ("Purpose",),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
