"""How an `EncoderClassifier` trains that is told nothing."""

from patsieve.finetuning.schedule import EarlyStopping, Stage, UnfreezingSchedule
from patsieve.finetuning.settings import TrainingSettings


def whole_encoder_schedule() -> UnfreezingSchedule:
    """Return the schedule in which the whole encoder trains from the first epoch."""
    stage = Stage(
        name="everything",
        train=("all",),
        learning_rate=5e-5,
        learning_rates={"classifier": 1e-3},
        warmup_steps=20,
        dropout=0.0,
    )
    return UnfreezingSchedule((stage,))


def few_epochs() -> TrainingSettings:
    """Return four epochs, the last weights kept: nothing needs validation records."""
    return TrainingSettings(max_epochs=4, stopping=EarlyStopping(patience=None, keep="last"))
