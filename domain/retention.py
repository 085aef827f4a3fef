"""How long raw evidence stays: short unless something hangs on it. Pure; the numbers are ours."""

from datetime import timedelta

IRRELEVANT = timedelta(days=30)
RELEVANT = timedelta(days=183)
"""What concerns the bureau without having become a matter: as long as logs are kept."""


def keeps_for(*, relevant: bool, in_case: bool, source_days: int | None = None) -> timedelta | None:
    """Return how long the evidence of an article is kept, None for as long as its matter's file.

    `source_days` is the retention its source sets for what is irrelevant.
    """
    if in_case:
        return None
    if relevant:
        return RELEVANT
    return timedelta(days=source_days) if source_days is not None else IRRELEVANT
