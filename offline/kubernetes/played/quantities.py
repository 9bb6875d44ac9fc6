"""Quantities as Kubernetes writes them: ``500m``, ``2Gi``, ``1e3``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_BINARY = {suffix: Decimal(1024) ** power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), start=1)}
_DECIMAL = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal("1e3"),
    "M": Decimal("1e6"),
    "G": Decimal("1e9"),
    "T": Decimal("1e12"),
    "P": Decimal("1e15"),
    "E": Decimal("1e18"),
}
_SUFFIXES = {**_BINARY, **_DECIMAL}


def amount(quantity: object) -> Decimal:
    """The value of a quantity. Raises :class:`ValueError` for what is none (Kubernetes: Quantity)."""
    text = str(quantity)
    for length in (2, 1):
        factor = _SUFFIXES.get(text[-length:])
        if factor is not None and len(text) > length:
            return _number(text[:-length], text) * factor
    return _number(text, text)


def _number(text: str, whole: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"not a quantity: {whole!r}") from None
