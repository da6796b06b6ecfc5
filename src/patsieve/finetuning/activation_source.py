"""Where a run's caches come from: the shared store where it applies, else the run itself."""

from collections.abc import Container
from typing import final

from lightning_fabric import Fabric

from patsieve.errors import OutputError
from patsieve.finetuning.activation_keys import WeightDigests
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.activations import ActivationRows, PrefixCache, build_rows
from patsieve.finetuning.frozen_prefix import Below, FrozenPrefix
from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.tokens import TokenizedTexts


@final
class ActivationSource:
    """Makes the caches of one run.

    Parameters
    ----------
    model : EncoderWithHead
    groups : LayerGroups
    fabric : lightning_fabric.Fabric
    store : ActivationStore, optional
    """

    def __init__(
        self,
        model: EncoderWithHead,
        groups: LayerGroups,
        fabric: Fabric,
        store: ActivationStore | None,
    ) -> None:
        self._model = model
        self._groups = groups
        self._fabric = fabric
        self.store = store
        self._digests = WeightDigests(model, groups)

    def cache(
        self,
        texts: TokenizedTexts,
        depth: int,
        *,
        trained: Container[str],
        below: PrefixCache | None = None,
    ) -> PrefixCache | None:
        """Return the cache of some texts; the model is in eval mode.

        Parameters
        ----------
        depth : int
            The lowest layer that is not frozen.
        trained : container of str
            The tensors that have trained in this run. What such layers say no other run will
            ask for, so it is not shared.
        below : PrefixCache, optional
            Of the same texts at a lower depth, to start from.

        Returns
        -------
        PrefixCache or None
            None if there is room for it neither on the disk nor in memory.
        """
        prefix = FrozenPrefix(self._model, depth, self._fabric.device, self._fabric.autocast)
        shared = self.store is not None and not any(
            tensor in trained for tensor in self._groups.below(depth)
        )
        start = None if below is None else below.below
        rows = self._rows(prefix, texts, start, shared=shared)
        if rows is None:
            return None

        def renew() -> ActivationRows:
            found = self._rows(prefix, texts, start, shared=shared)
            if found is None:
                raise OutputError(
                    "the activation cache was damaged, and there is room for a new one neither on "
                    "the disk nor in memory"
                )
            return found

        return PrefixCache(texts, depth, rows, pooled=prefix.pooled, renew=renew)

    def _rows(
        self,
        prefix: FrozenPrefix,
        texts: TokenizedTexts,
        below: Below | None,
        *,
        shared: bool,
    ) -> ActivationRows | None:
        stored = None
        if shared and self.store is not None:
            stored = self.store.rows(prefix, texts, self._digests, below=below)
        return build_rows(prefix, texts, below=below) if stored is None else stored
