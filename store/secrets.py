"""One secret file, made 0600 at the first start; every key is derived from it by name."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from store.settings import SettingError

LENGTH = 32


def master(path: Path) -> bytes:
    """Return the secret, making the file if it is not there. SettingError if it is unreadable or too short."""
    if not path.exists():
        try:
            _make(path)
        except OSError as error:
            raise SettingError(f"HUIYING_SECRET_FILE 无法创建 {path}：{error.strerror}") from None
    return _read(path)


def _make(path: Path) -> None:
    """Write the file whole or not at all; the first of several processes that start together wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(LENGTH) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    try:
        value = bytes.fromhex(path.read_text().strip())
    except OSError as error:
        raise SettingError(f"HUIYING_SECRET_FILE 无法读取 {path}：{error.strerror}") from None
    except ValueError:
        value = b""
    if len(value) < LENGTH:
        raise SettingError(f"HUIYING_SECRET_FILE {path} 应为 {LENGTH * 2} 个十六进制字符；请从备份恢复")
    return value


def key(path: Path, purpose: str) -> bytes:
    """Return the 32-byte key for one purpose, e.g. `ack-link`."""
    return hmac.new(master(path), f"huiying/{purpose}".encode(), hashlib.sha256).digest()
