"""Quantities in the form that an API server writes them (Kubernetes: apimachinery/pkg/api/resource ``Quantity``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

_BINARY = {"": 0, "Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -3, "u": -2, "m": -1, "": 0, "k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_FORM = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?")


def canonical(quantity: str | int | float) -> str:
    """``0.5`` is ``500m``, ``1024Mi`` is ``1Gi``. What is no quantity stays: the server refuses it."""
    found = _FORM.fullmatch(str(quantity).strip())
    if found is None:
        return str(quantity)
    number, suffix, exponent = Fraction(Decimal(found[1])), found[2] or "", found[3]
    if exponent is not None:
        return _scaled(number * Fraction(10) ** int(exponent), 1000, lambda power: f"e{3 * power}" if power else "")
    if suffix.endswith("i"):
        value = number * 1024 ** _BINARY[suffix]
        if abs(value) >= 1024 and value.denominator == 1:
            return _scaled(value, 1024, {power: each for each, power in _BINARY.items()}.__getitem__)
    else:
        value = number * Fraction(1000) ** _DECIMAL[suffix]
    return _scaled(value, 1000, {power: each for each, power in _DECIMAL.items()}.__getitem__)


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
