"""How long texts are cut into windows and put together again: what a user decides. No torch."""

from dataclasses import dataclass
from typing import Literal, final

from patsieve.errors import UsageError

WindowPooling = Literal["mean", "max", "learned"]
WINDOW_POOLINGS: tuple[WindowPooling, ...] = ("mean", "max", "learned")


@final
@dataclass(frozen=True)
class Windows:
    """How texts that are longer than the encoder reads are cut and put together again.

    Attributes
    ----------
    overlap : int
        Tokens that a window shares with the one before it; at most half of `max_tokens`.
    pooling : {"mean", "max", "learned"}
        How the vectors of a text's windows become one: their mean; the largest value of each
        component; or the first window's vector, the mean and the largest values side by side, so
        that the linear head learns what each of the three is worth. Texts of one window are read
        as without windows; a fine-tuned encoder's head for the last of the three is wider.
    max_windows : int
        What lies behind so many windows is not read.

    Raises
    ------
    UsageError
        If a number is out of range, or there is no such pooling.
    """

    overlap: int = 64
    pooling: WindowPooling = "mean"
    max_windows: int = 16

    def __post_init__(self) -> None:
        if self.pooling not in WINDOW_POOLINGS:
            raise UsageError(
                f"windows cannot be pooled by '{self.pooling}'; possible are "
                f"{', '.join(WINDOW_POOLINGS)}"
            )
        if self.overlap < 0:
            raise UsageError(f"the overlap of windows is {self.overlap}; it must be at least 0")
        if self.max_windows < 1:
            raise UsageError(f"max_windows is {self.max_windows}; it must be at least 1")

    def check_fits(self, max_tokens: int) -> None:
        """Refuse an overlap that leaves a window too little of its own.

        Raises
        ------
        UsageError
            If it is more than half of `max_tokens`.
        """
        if 2 * self.overlap > max_tokens:
            raise UsageError(
                f"windows of {max_tokens} tokens cannot overlap by {self.overlap}; at most half "
                f"of them, {max_tokens // 2}, may be read twice"
            )
