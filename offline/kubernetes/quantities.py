"""Quantities (Kubernetes: apimachinery/pkg/api/resource ``Quantity``): their value, and the form a server writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

_BINARY = {"": 0, "Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -3, "u": -2, "m": -1, "": 0, "k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_FORM = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?")


def amount(quantity: object) -> Fraction:
    """The value of a quantity. Raises :class:`ValueError` for what is none."""
    found = _FORM.fullmatch(str(quantity).strip())
    if found is None:
        raise ValueError(f"not a quantity: {str(quantity)!r}")
    return _value(found)


def canonical(quantity: str | int | float) -> str:
    """``0.5`` is ``500m``, ``1024Mi`` is ``1Gi``. What is no quantity stays: the server refuses it."""
    found = _FORM.fullmatch(str(quantity).strip())
    if found is None:
        return str(quantity)
    value, suffix = _value(found), found[2] or ""
    if found[3] is not None:
        return _scaled(value, 1000, lambda power: f"e{3 * power}" if power else "")
    if suffix.endswith("i") and abs(value) >= 1024 and value.denominator == 1:
        return _scaled(value, 1024, {power: each for each, power in _BINARY.items()}.__getitem__)
    return _scaled(value, 1000, {power: each for each, power in _DECIMAL.items()}.__getitem__)


def _value(found: re.Match[str]) -> Fraction:
    number, suffix = Fraction(Decimal(found[1])), found[2] or ""
    if found[3] is not None:
        return number * Fraction(10) ** int(found[3])
    if suffix.endswith("i"):
        return number * 1024 ** _BINARY[suffix]
    return number * Fraction(1000) ** _DECIMAL[suffix]


def _scaled(value: Fraction, base: int, suffix: Callable[[int], str]) -> str:
    """With the largest power of ``base`` of which it is a whole number; below 10⁻⁹ it is rounded up."""
    if value == 0:
        return "0"
    lowest = -3 if base == 1000 else 0
    for power in range(6, lowest - 1, -1):
        scaled = value / Fraction(base) ** power
        if scaled.denominator == 1:
            return f"{scaled.numerator}{suffix(power)}"
    scaled = value / Fraction(base) ** lowest
    return f"{-(-scaled.numerator // scaled.denominator)}{suffix(lowest)}"
