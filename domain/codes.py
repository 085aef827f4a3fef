"""Codes of the second factor (动态码): six digits from a shared secret and the time, each good once.

Source: RFC 6238, RFC 4226. Written here because the usual libraries answer yes or no, and "each good once" needs to
know which step a code belongs to.
"""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

STEP = 30
"""Seconds that one code lasts."""
DIGITS = 6
SLACK = 1
"""So many steps a telephone may be slow or fast."""


def step_at(now: datetime) -> int:
    """Return the number of the time step of an instant. ValueError if it is naive."""
    if now.tzinfo is None:
        raise ValueError(f"naive datetime: {now}")
    return int(now.timestamp()) // STEP


def code_at(secret: bytes, step: int) -> str:
    """Return the six digits of a time step (HMAC-SHA-1, dynamic truncation)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def accepted_step(secret: bytes, code: str, now: datetime, last: int) -> int | None:
    """Return the step a code belongs to; None if it is wrong, out of date, or no newer than `last`, the last one used.

    Spaces in the code are ignored. The comparison takes as long for a wrong code as for a right one.
    """
    sent, present = "".join(code.split()).encode(), step_at(now)
    steps = [step for step in range(present - SLACK, present + SLACK + 1) if step > last]
    found = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), sent)]
    return found[0] if found else None


def shown(secret: bytes) -> str:
    """Return the secret as people type it: base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, account: str, issuer: str) -> str:
    """Return the otpauth address an authenticator reads from the QR code."""
    query = urlencode({"secret": shown(secret).replace(" ", ""), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(account, safe='')}?{query}"
