"""Cells of exported tables: a spreadsheet must not take what somebody wrote for a formula."""

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def defused(text: str) -> str:
    """Return the text as it is written into a CSV cell: one that begins like a formula gets a ' before it."""
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text
