"""Writing a training run into a tracker, epoch by epoch."""

from typing import final

from patsieve.experiments.tracking import Tracker
from patsieve.finetuning.events import Callback, TrainingState


@final
class Journal(Callback):
    """Logs each epoch's scores, learning rates, speed, trainable parameters and gradient ratios.

    Parameters
    ----------
    tracker : Tracker
        With a run started.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker

    def on_run_begin(self, state: TrainingState) -> None:
        """Log what an interrupted run has done before: a resumed run is tracked whole."""
        for number in range(len(state.history)):
            self._log(state, number)

    def on_epoch_end(self, state: TrainingState) -> None:
        """Log the epoch that has just ended."""
        self._log(state, len(state.history) - 1)

    def _log(self, state: TrainingState, number: int) -> None:
        record = state.history[number]
        metrics = {
            **{f"training_{name}": value for name, value in record.training.items()},
            **{f"validation_{name}": value for name, value in record.validation.items()},
            **{f"learning_rate_{group}": rate for group, rate in record.learning_rates.items()},
            **{
                f"relative_gradient_{group}": ratio
                for group, ratio in record.relative_gradients.items()
            },
            "trainable_parameters": float(record.trainable_parameters),
            "records_per_second": record.records_per_second,
            "seconds": record.seconds,
            "stage": float(record.stage_index + 1),
        }
        self._tracker.log_metrics(metrics, step=record.epoch)
