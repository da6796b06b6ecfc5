"""A burst measures every part of a step, once for each kind of training."""

from patsieve.finetuning import burst as burst_module
from patsieve.finetuning.bench import TwoLayerBench
from patsieve.finetuning.burst import BatchSizes, Burst
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.outline import EncoderOutline
from patsieve.finetuning.programs import settled_bytes
from tiny_encoders import tiny_config


def test_every_part_of_a_step_takes_its_time_and_is_measured_once():
    burst = Burst(make_fabric("cpu", "32"))
    outline = EncoderOutline("tiny", tiny_config(n_layers=5), "mean")

    pace = burst.pace(outline, BatchSizes(2, (8, 16)), dropout=0.0)

    assert pace.trained.seconds(1e6) > pace.passed.seconds(1e6) > 0
    assert pace.inference.seconds(1e6) > 0
    assert min(pace.step, pace.optimizer) > 0
    assert (pace.stored_bytes, pace.cacheable) == (4, True)
    assert burst.pace(outline, BatchSizes(2, (9, 17)), dropout=0.0) is pace
    assert burst.pace(outline, BatchSizes(2, (8, 16)), dropout=None) is not pace


def test_what_is_kept_of_a_larger_batch_follows_from_small_ones():
    fabric = make_fabric("cpu", "32")
    outline = EncoderOutline("tiny", tiny_config(n_layers=5), "mean")
    pace = Burst(fabric).pace(outline, BatchSizes(2, (8,)), dropout=0.0)
    bench = TwoLayerBench(outline, fabric, 0.0)

    kept = {}
    for kind in ("top", "both"):
        bench.begin(kind)
        kept[kind] = bench.saved_bytes(5, 48)

    one = kept["both"] - kept["top"]
    assert abs(pace.saved.of(5, 48) - one) < 0.02 * one


def test_what_the_process_holds_is_told_without_what_the_measurement_has_left():
    burst = Burst(make_fabric("cpu", "32"))
    outline = EncoderOutline("tiny", tiny_config(n_layers=5), "mean")

    pace = burst.pace(outline, BatchSizes(2, (8, 16)), dropout=0.0)
    again = burst.pace(outline, BatchSizes(4, (8, 16)), dropout=0.0)

    held = settled_bytes()
    assert 0.5 * held < pace.process_bytes <= 1.05 * held
    assert again.process_bytes == pace.process_bytes
    assert min(pace.step_program_bytes, pace.pass_program_bytes) >= 0


def test_what_only_the_forecast_of_memory_needs_can_be_left_out(monkeypatch):
    asked = []
    monkeypatch.setattr(
        burst_module,
        "fragments_per_token",
        lambda _, batches, **named: asked.append((batches, named["program_bytes"])) or 7.0,
    )
    fabric = make_fabric("cpu", "32")
    outline = EncoderOutline("tiny", tiny_config(n_layers=5), "mean")
    sizes = BatchSizes(2, (8, 16), met=(8, 12, 16))

    alone = Burst(fabric, seconds_alone=True).pace(outline, sizes, dropout=0.0)
    whole = Burst(fabric)
    paces = [whole.pace(outline, sizes, dropout=dropout) for dropout in (0.0, None)]

    assert alone.fragments_per_token == 0.0
    assert [pace.fragments_per_token for pace in paces] == [7.0, 7.0]
    assert asked == [([(2, 8), (2, 12), (2, 16)], paces[0].step_program_bytes)]
