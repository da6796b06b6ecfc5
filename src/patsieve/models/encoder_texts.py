"""How an encoder is given texts: fields kept apart, in altered versions where wanted."""

from collections.abc import Sequence
from typing import Any

from patsieve.finetuning.augmentation import Augmentation, augmented_texts, mask_tokens
from patsieve.finetuning.tokens import TokenizedTexts, tokenize


def fields_apart(texts: Sequence[str], tokenizer: Any) -> list[str]:
    """Put the tokenizer's separator between the lines of each text.

    A line is a field (title, abstract, claims). To a tokenizer a line break is a blank, and
    where the title ends would be lost; titles tell more than any other sentence.
    """
    separator = f" {tokenizer.sep_token} " if tokenizer.sep_token else "\n"
    return [separator.join(str(text).split("\n")) for text in texts]


def tokenized(texts: Sequence[str], tokenizer: Any, *, max_tokens: int) -> TokenizedTexts:
    """Tokenize texts with their fields kept apart."""
    return tokenize(tokenizer, fields_apart(texts, tokenizer), max_tokens=max_tokens)


def views_of(
    texts: Sequence[str],
    tokenizer: Any,
    augmentation: Augmentation | None,
    *,
    max_tokens: int,
    seed: int,
) -> tuple[TokenizedTexts, ...]:
    """Return the altered versions of training texts that epochs take turns with; or none."""
    if augmentation is None:
        return ()
    return tuple(
        mask_tokens(
            tokenized(
                augmented_texts(texts, augmentation, view=view, seed=seed),
                tokenizer,
                max_tokens=max_tokens,
            ),
            augmentation.mask_tokens,
            mask_id=tokenizer.mask_token_id,
            special_ids=tokenizer.all_special_ids,
            view=view,
            seed=seed,
        )
        for view in range(augmentation.views)
    )
