"""Hypotheses 4 and 9: which layers overfit, and how wide a range is steady."""

from patsieve.experiments.hypotheses import margins
from patsieve.experiments.hypotheses.hypothesis import Claim, Hypothesis, always
from patsieve.experiments.hypotheses.quantities import (
    EPOCHS_TO_ONSET,
    FITTING_SPEED,
    GAP_GROWTH,
    JOLT,
    UNSTEADINESS,
)

_INPUT_MIDDLE = {"hn-pt-05.3": 1.0, "hn-pt-05.4": -1.0}
_MIDDLE_OUTPUT = {"hn-pt-05.4": 1.0, "hn-pt-05.5": -1.0}

DEPTH = Hypothesis(
    4,
    "Layers near the input converge and overfit fastest; middle layers slower; layers near the "
    "output slowest and with least disruption.",
    ("hn-pt-05.3", "hn-pt-05.4", "hn-pt-05.5"),
    "Six parts on the input, middle and output third (hn-pt-05.3, 05.4, 05.5), all needed. "
    "Overfits faster: validation loss minus training loss grows faster from the last frozen "
    f"epoch on, by more than {margins.LOSS_PER_EPOCH:g} an epoch, input against middle and middle "
    "against output. Converges faster: the training loss falls faster over the first three "
    "unfrozen epochs, with the same margin and the same two comparisons. Later onset: the "
    "validation loss of the output third turns later than that of the input third, by more than "
    f"{margins.EPOCHS:g} epochs; a loss that never turns counts as turning after the last epoch. "
    "Least disruption: in the epoch that unfreezes, validation loss rises by more than "
    f"{margins.LOSS:g} more in the other two thirds, on average, than in the output third.",
    always(
        Claim(
            "overfitting_input_middle",
            "the growth of the loss gap per epoch, input minus middle third,",
            _INPUT_MIDDLE,
            GAP_GROWTH,
            margins.LOSS_PER_EPOCH,
        ),
        Claim(
            "overfitting_middle_output",
            "the same, middle minus output third,",
            _MIDDLE_OUTPUT,
            GAP_GROWTH,
            margins.LOSS_PER_EPOCH,
        ),
        Claim(
            "fitting_input_middle",
            "the fall of the training loss per epoch, input minus middle third,",
            _INPUT_MIDDLE,
            FITTING_SPEED,
            margins.LOSS_PER_EPOCH,
        ),
        Claim(
            "fitting_middle_output",
            "the same, middle minus output third,",
            _MIDDLE_OUTPUT,
            FITTING_SPEED,
            margins.LOSS_PER_EPOCH,
        ),
        Claim(
            "onset_delay",
            "the delay of the overfitting onset in epochs, output against input third,",
            {"hn-pt-05.5": 1, "hn-pt-05.3": -1},
            EPOCHS_TO_ONSET,
            margins.EPOCHS,
        ),
        Claim(
            "disruption",
            "the rise of the validation loss on unfreezing, the other thirds minus the output,",
            {"hn-pt-05.3": 0.5, "hn-pt-05.4": 0.5, "hn-pt-05.5": -1},
            JOLT,
            margins.LOSS,
        ),
    ),
)

WIDTH = Hypothesis(
    9,
    "A narrow range near the output (18-20) is steadier than a wide one (16-23).",
    ("hn-pt-05.5", "hn-pt-05.5.2"),
    "Unsteadiness is the standard deviation of the steps that the validation loss takes from "
    "epoch to epoch, from the last frozen epoch on; a steady rise counts as steady. That of "
    "hn-pt-05.5 (layers 16-23) must exceed that of hn-pt-05.5.2 (18-20) by more than "
    f"{margins.STEADINESS:g}. A seed counts only if both runs have two unfrozen epochs or more.",
    always(
        Claim(
            "unsteadiness",
            "the unsteadiness of the wide range minus that of the narrow one",
            {"hn-pt-05.5": 1, "hn-pt-05.5.2": -1},
            UNSTEADINESS,
            margins.STEADINESS,
        ),
    ),
)
