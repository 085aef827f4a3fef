"""Masking of personal numbers in texts that are shown, mailed or copied; the raw evidence stays as it was."""

import re

STAR = "*"

_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(1[3-9]\d(?:[- ]?\d{4}){2})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3})[- ]?([2-9]\d{6,7})(?!\d)")


def mask(text: str) -> str:
    """Return `text` with personal numbers masked and every other character, and the length, as it was.

    Mainland mobile numbers (with or without +86 and separators) and landlines with their area code keep the last two
    digits, 18-digit identity numbers the first three. Because the length is kept, spans into the text stay valid.
    Hotlines (12345), 400 numbers, years, sums and longer numbers are left alone.
    """
    text = _IDENTITY.sub(lambda found: found[0][:3] + STAR * 15, text)
    text = _MOBILE.sub(lambda found: _starred(found, 3), text)
    return _LANDLINE.sub(lambda found: _starred(found, 0), text)


def _starred(found: re.Match[str], shown: int) -> str:
    """Return the whole match with the digits of group 1 masked but for the first `shown` and the last two."""
    number = found[1]
    middle = "".join(STAR if sign.isdigit() else sign for sign in number[shown:-2])
    return found[0][: -len(number)] + number[:shown] + middle + number[-2:]
