"""What a threshold is for, as it is typed: each option, each wrong value, one purpose at a time."""

import click
import pytest
from probed_options import run

from patsieve.cli.options import encoder_options_but_precision
from patsieve.cli.purpose_options import threshold_and_format_options, threshold_options
from patsieve.screening.purpose import Purpose


@pytest.mark.parametrize("options", [threshold_options, threshold_and_format_options])
@pytest.mark.parametrize(
    ("typed", "purpose"),
    [
        ((), None),
        (("--recall", "0.95"), Purpose("recall", 0.95)),
        (("--recall", "1"), Purpose("recall", 1.0)),
        (
            ("--recall", "0.9", "--confidence", "0.99", "--certified"),
            Purpose("recall", 0.9, confidence=0.99, certified=True),
        ),
        (("--precision", "0.8"), Purpose("precision", 0.8)),
        (("--budget", "200"), Purpose("budget", 200)),
        (("--cost-miss", "20"), Purpose("cost", 20.0)),
        (("--cost-miss", "20", "--cost-read", "2"), Purpose("cost", 20.0, cost_read=2.0)),
        (("--max-f1",), Purpose("max-f1", None)),
        (("--max-mcc",), Purpose("max-mcc", None)),
        (("--threshold", "0"), Purpose("fixed", 0.0)),
    ],
)
def test_a_purpose_is_handed_on(options, typed, purpose):
    assert run(options, *typed)["purpose"] == purpose


@pytest.mark.parametrize("options", [threshold_options, threshold_and_format_options])
@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            ("--recall", "0.95", "--budget", "10"),
            "--recall and --budget set the threshold in different ways; give one of them",
        ),
        (("--threshold", "0", "--budget", "10"), "--budget and --threshold set the threshold"),
        (("--max-f1", "--max-mcc"), "--max-f1 and --max-mcc set the threshold"),
        (("--precision", "0.8", "--recall", "0.9"), "--recall and --precision set the threshold"),
        (
            ("--recall", "0.9", "--budget", "5", "--cost-miss", "3"),
            "--recall and --budget and --cost-miss set the threshold",
        ),
        (("--confidence", "0.9"), "--confidence belongs to --recall, which is not given"),
        (("--certified", "--budget", "3"), "--certified belongs to --recall, which is not given"),
        (("--cost-read", "2"), "--cost-read belongs to --cost-miss, which is not given"),
    ],
)
def test_what_does_not_go_together_is_refused_by_name(options, typed, message):
    with pytest.raises(click.UsageError, match=message):
        run(options, *typed)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--recall", "0"),
        ("--recall", "1.5"),
        ("--recall", "95%"),
        ("--confidence", "0.4"),
        ("--confidence", "1"),
        ("--precision", "0"),
        ("--precision", "95"),
        ("--budget", "0"),
        ("--budget", "2.5"),
        ("--cost-miss", "0"),
        ("--cost-miss", "-1"),
        ("--cost-read", "0"),
        ("--threshold", "1.1"),
        ("--threshold", "-0.1"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_options_name(option, value):
    with pytest.raises(click.BadParameter) as refusal:
        run(threshold_options, option, value)

    assert option in refusal.value.format_message()


@pytest.mark.parametrize(
    ("typed", "number_format", "purpose"),
    [
        ((), "auto", None),
        (("--precision", "bf16"), "bf16", None),
        (("--precision", "32"), "32", None),
        (("--precision", "0.8"), "auto", Purpose("precision", 0.8)),
        (("--precision", "1"), "auto", Purpose("precision", 1.0)),
        (("--precision", "0.8", "--precision", "32"), "32", Purpose("precision", 0.8)),
        (("--precision", "bf16", "--recall", "0.9"), "bf16", Purpose("recall", 0.9)),
    ],
)
def test_where_one_trains_precision_may_name_a_share_and_a_number_format(
    typed, number_format, purpose
):
    received = run(threshold_and_format_options, *typed)

    assert (received["precision"], received["purpose"]) == (number_format, purpose)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("--precision", "16"), "'16' is neither a share above 0 and at most 1, such as 0.8, nor"),
        (("--precision", "high"), r"'high' is neither .* a number format \(auto, 32, bf16\)"),
        (("--precision", "0.8", "--precision", "0.9"), "--precision names 2 shares; give one"),
        (("--precision", "32", "--precision", "bf16"), "--precision names 2 number formats; give"),
    ],
)
def test_a_precision_that_is_neither_or_twice_the_same_is_refused(typed, message):
    with pytest.raises(click.UsageError, match=message):
        run(threshold_and_format_options, *typed)


def test_what_an_encoder_can_be_told_stands_beside_it():
    def both(command):
        return encoder_options_but_precision(threshold_and_format_options(command))

    received = run(both, "--device", "cpu", "--precision", "0.8")

    assert (received["device"], received["precision"]) == ("cpu", "auto")
