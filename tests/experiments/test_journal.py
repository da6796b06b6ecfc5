"""What a training run leaves in its tracker, epoch by epoch."""

from patsieve.experiments.journal import Journal
from patsieve.experiments.memory_tracker import MemoryTracker
from patsieve.finetuning.events import EpochRecord, TrainingState


def epoch(number, **more):
    return EpochRecord(
        epoch=number,
        stage="top",
        stage_index=1,
        stage_round=1,
        training={"loss": 0.5},
        validation={"loss": 0.6},
        learning_rates={"encoder.2": 1e-4},
        trainable_parameters=10,
        records_per_second=100.0,
        seconds=2.0,
        **more,
    )


def logged(*epochs):
    tracker = MemoryTracker()
    tracker.start("run", {}, {})
    state = TrainingState(max_epochs=5, n_batches=1)
    journal = Journal(tracker)
    for each in epochs:
        state.history.append(each)
        journal.on_epoch_end(state)
    return tracker.runs[0].metrics


def test_an_epoch_leaves_losses_rates_and_what_layers_were_chosen_by():
    ratios = {"encoder.1": 0.25, "encoder.2": 0.5}
    metrics = logged(epoch(1), epoch(2, relative_gradients=ratios))

    assert metrics["training_loss"] == [(1, 0.5), (2, 0.5)]
    assert metrics["learning_rate_encoder.2"] == [(1, 1e-4), (2, 1e-4)]
    assert metrics["relative_gradient_encoder.2"] == [(2, 0.5)]
