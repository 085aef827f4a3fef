"""Names of mail folders as IMAP writes them: modified UTF-7 (RFC 3501, 5.1.3). Text in, text out."""

import re
from base64 import b64decode, b64encode

_FOREIGN = re.compile(r"[^ -~]+")
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")


def encoded(name: str) -> str:
    """Return a folder's name as IMAP writes it: 局长信箱 is &XECVf0,he7E-, and & alone is &-."""
    return _FOREIGN.sub(lambda found: f"&{_base64(found[0])}-", name.replace("&", "&-"))


def decoded(name: str) -> str:
    """Return a folder's name as people read it; what is not modified UTF-7 stays as it is."""
    return _SHIFTED.sub(lambda found: _text(found) if found[1] else "&", name)


def _base64(text: str) -> str:
    return b64encode(text.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")


def _text(found: re.Match[str]) -> str:
    """Return the characters of one shifted part, or the part itself where it cannot be read."""
    letters = found[1].replace(",", "/")
    try:
        return b64decode(letters + "=" * (-len(letters) % 4), validate=True).decode("utf-16-be")
    except ValueError:
        return found[0]
