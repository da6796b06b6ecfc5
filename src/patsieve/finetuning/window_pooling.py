"""From the vectors of a text's windows to the one vector that the classifier reads."""

import torch

from patsieve.finetuning.window_settings import WindowPooling


def pool_windows(
    vectors: torch.Tensor, counts: torch.Tensor, pooling: WindowPooling
) -> torch.Tensor:
    """Reduce the vectors of windows to one vector a text.

    Parameters
    ----------
    vectors : float tensor of shape (n_windows, hidden_size)
        Text after text.
    counts : int tensor of shape (n_texts,)
        Windows of each text, at least one.
    pooling : {"mean", "max", "learned"}
        As in `Windows`. Where windows share the largest value of a component, they share its
        gradient.

    Returns
    -------
    float tensor of shape (n_texts, hidden_size)
        Three times as wide for ``"learned"``. Of a text of one window it is that window's vector,
        to the last digit, or that three times.
    """
    counts = counts.to(vectors.device)
    starts = counts.cumsum(0) - counts
    text = torch.arange(len(counts), device=vectors.device).repeat_interleave(counts)
    place = torch.arange(len(vectors), device=vectors.device) - starts[text]
    shape = (len(counts), int(counts.max()), vectors.shape[1])
    # Every window has a place of its own, so sums are in order, on a GPU too.
    sums = vectors.new_zeros(shape).index_put((text, place), vectors).sum(1)
    mean = sums / counts.unsqueeze(1)
    if pooling == "mean":
        return mean
    largest = vectors.new_full(shape, -torch.inf).index_put((text, place), vectors).amax(1)
    return largest if pooling == "max" else torch.cat([vectors[starts], mean, largest], 1)


def head_features(hidden_size: int, pooling: WindowPooling | None) -> int:
    """Return how many numbers the classifier reads of a text."""
    return 3 * hidden_size if pooling == "learned" else hidden_size
