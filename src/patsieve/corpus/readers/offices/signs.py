"""By which first bytes the texts of patent offices that are not XML are recognised."""

import re

_GREENBOOK = re.compile(rb"(?:HHHHHT[^\n]{0,120}\n)?PATN[ \t]*\r?\n(?:WKU|SRC)[ \t]")
_OPS = re.compile(rb'\{\s*"(?:ops:)?world-patent-data"\s*:')
_OPS_PLAIN = re.compile(
    rb'\{[^\[]{0,2000}"(?:documents|results)"\s*:\s*\[\s*\{[^\[\]]*"doc_number"', re.DOTALL
)


def is_greenbook(head: bytes) -> bool:
    """Tell whether a file begins with an American patent as plain text, or many of them."""
    return _GREENBOOK.match(head) is not None


def is_ops_json(head: bytes) -> bool:
    """Tell whether a file begins like an answer of the EPO's service as JSON."""
    return any(form.match(head) is not None for form in (_OPS, _OPS_PLAIN))
