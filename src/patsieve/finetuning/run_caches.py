"""The caches that a run holds: of the stage that trains, and of one to come."""

import warnings
from collections.abc import Collection, Iterable
from typing import final

from patsieve.errors import PatsieveWarning
from patsieve.finetuning.activation_source import ActivationSource
from patsieve.finetuning.activations import PrefixCache
from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.memory import return_freed_memory
from patsieve.finetuning.tokens import TokenizedTexts


@final
class RunCaches:
    """What the frozen layers say of a run's texts, as far as it is stored.

    A stage with fewer frozen layers often follows. What it will start from lies on the way to
    what is stored now, so both are kept in one pass through the layers.

    Parameters
    ----------
    source : ActivationSource
    groups : LayerGroups
    """

    def __init__(self, source: ActivationSource, groups: LayerGroups) -> None:
        self.largest = 0
        self._source = source
        self._groups = groups
        self._depth = 0
        self._coming = 0
        self._caches: dict[int, PrefixCache | None] = {}
        self._ahead: dict[int, PrefixCache] = {}

    def enter(self, depth: int, coming: int) -> None:
        """Begin a stage.

        Parameters
        ----------
        depth : int
            The lowest layer that is not frozen now. What is stored at the same depth stays: the
            layers below were frozen in the stage before as well.
        coming : int
            The lowest layer that is not frozen in the next stage that freezes less; 0 for none.
        """
        if depth != self._depth:
            self._caches = dict(self._ahead) if depth == self._coming else {}
            self._ahead = {}
        elif coming != self._coming:
            self._ahead = {}
        self._depth, self._coming = depth, coming

    def fill(self, all_texts: Iterable[TokenizedTexts], *, trained: Collection[str]) -> None:
        """Compute the frozen layers once for each set of texts that has no cache yet.

        The model is in eval mode.

        Parameters
        ----------
        trained : collection of str
            The tensors that have trained in this run.
        """
        texts_of_run = tuple(all_texts)
        for texts in texts_of_run:
            if id(texts) in self._caches:
                if (known := self._caches[id(texts)]) is not None:
                    known.check()
                continue
            cache = self._cache(texts, trained)
            if cache is None:
                # Said once, and not tried again in every epoch of the stage.
                self._caches |= {id(each): self._caches.get(id(each)) for each in texts_of_run}
                warnings.warn(
                    "the activation cache fits neither in memory nor on the disk; the frozen "
                    "layers are computed anew in every epoch",
                    PatsieveWarning,
                    stacklevel=2,
                )
                break
            self._caches[id(texts)] = cache
            return_freed_memory()
        held = [*self._caches.values(), *self._ahead.values()]
        self.largest = max(self.largest, sum(cache.n_bytes for cache in held if cache))

    def of(self, texts: TokenizedTexts) -> PrefixCache | None:
        """Return the cache of these texts in this stage, if there is one."""
        return self._caches.get(id(texts))

    def forget(self, changed: Collection[str]) -> None:
        """Drop what layers have said whose tensors are changed from outside."""
        if set(changed).intersection(self._groups.below(self._depth)):
            self._caches = {}
        if set(changed).intersection(self._groups.below(self._coming)):
            self._ahead = {}

    def _cache(self, texts: TokenizedTexts, trained: Collection[str]) -> PrefixCache | None:
        if self._coming and id(texts) not in self._ahead:
            ahead = self._source.cache(texts, self._coming, trained=trained)
            if ahead is not None:
                self._ahead[id(texts)] = ahead
        below = self._ahead.get(id(texts))
        return self._source.cache(texts, self._depth, trained=trained, below=below)
