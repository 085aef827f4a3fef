"""The one secret a source may need: a cookie or mailbox password, sealed; of a vendor's key only the digest."""

import hashlib
import hmac
import secrets
from pathlib import Path

from store.sealing import seal, unseal
from store.secrets import key
from store.tables.sources import Source

PURPOSE = "source"
KEY_BYTES = 32


def put(secret_file: Path, source: Source, text: str | None) -> None:
    """Seal a cookie or password for a source that has its id, or take it away."""
    source.secret = seal(key(secret_file, PURPOSE), text.encode(), _about(source)) if text else None


def opened(secret_file: Path, source: Source) -> str | None:
    """Return a source's cookie or password, None without one. LookupError, in Chinese, if it cannot be opened."""
    if not source.secret:
        return None
    try:
        return unseal(key(secret_file, PURPOSE), source.secret, _about(source)).decode()
    except ValueError:
        raise LookupError("保存的口令或 Cookie 打不开（密钥文件换过），请重新填写") from None


def new_key(source: Source) -> str:
    """Give a push source a new key, valid from now on instead of the old one, and return it: it is shown once."""
    made = secrets.token_urlsafe(KEY_BYTES)
    source.secret = _digest(made)
    return made


def is_key(source: Source, given: str) -> bool:
    """Return whether `given` is the key of a push source."""
    return bool(source.secret) and hmac.compare_digest(source.secret or "", _digest(given))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _about(source: Source) -> str:
    return f"source-{source.id}"
