"""Shares, in one place: how they are rounded, and that there is none of nothing."""


def share(part: int, whole: int) -> float | None:
    """Per cent with one decimal; None where there is nothing to take a share of."""
    return round(100 * part / whole, 1) if whole else None
