"""Names of IMAP folders beyond ASCII go over the wire in modified UTF-7. Text in, text out.

Source: RFC 3501, 5.1.3; none of our libraries does it.
"""

import re
from base64 import b64decode, b64encode

_UNPRINTABLE = re.compile(r"&|[^\x20-\x7e]+")
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")


def on_the_wire(name: str) -> str:
    """Return the name of a folder as the server wants it; one that is written so already stays as it is.

    E.g. `收件箱/舆情反馈` becomes `&ZTZO9nux-/&ggZgxVPNmYg-`. ValueError for half a character.
    """
    try:
        written = encoded(decoded(name)) == name
    except ValueError:
        written = False
    return name if written else encoded(name)


def encoded(name: str) -> str:
    """Return a name in modified UTF-7: printable ASCII alone. ValueError (UnicodeEncodeError) for half a character."""
    return _UNPRINTABLE.sub(lambda found: f"&{_shifted(found[0])}-", name)


def _shifted(text: str) -> str:
    if text == "&":
        return ""
    return b64encode(text.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")


def decoded(name: str) -> str:
    """Return the name that modified UTF-7 stands for. ValueError where it is none."""
    if not re.fullmatch(r"[\x20-\x7e]*", name) or "&" in _SHIFTED.sub("", name):
        raise ValueError("not modified UTF-7")
    return _SHIFTED.sub(lambda found: _plain(found[1]), name)


def _plain(text: str) -> str:
    if not text:
        return "&"
    padded = text.replace(",", "/") + "=" * (-len(text) % 4)
    return b64decode(padded, validate=True).decode("utf-16-be")
