"""Attachments and uploads in the data folder, each under the SHA-256 of its bytes."""

import contextlib
import os
import re
import tempfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path

ATTACHMENTS = "attachments"
"""Name of their folder in the data folder."""
UPLOADS = "uploads"
"""Name of the folder of what is uploaded to be read: exports and lists, which are not kept."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(folder: Path, content: bytes) -> str:
    """Write bytes durably under their SHA-256 and return it. Attachments stay once written."""
    digest = sha256(content).hexdigest()
    target = _path(folder, digest)
    with contextlib.suppress(FileNotFoundError):
        os.utime(target)  # Whoever tidies up sees that it has just been brought again.
        return digest
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return digest


def load(folder: Path, digest: str) -> bytes | None:
    """Return the bytes kept under a digest, None where there are none."""
    try:
        return _path(folder, digest).read_bytes()
    except FileNotFoundError:
        return None


def remove_others(folder: Path, wanted: set[str], before: datetime) -> int:
    """Delete the files last brought before a time whose digests are not wanted; return how many there were."""
    gone = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if path.name not in wanted and path.stat().st_mtime < before.timestamp():
                path.unlink()
                gone += 1
    return gone


def size(folder: Path, digest: str) -> int | None:
    """Return how many bytes are kept under a digest, None where there are none."""
    try:
        return _path(folder, digest).stat().st_size
    except FileNotFoundError:
        return None


def _path(folder: Path, digest: str) -> Path:
    if not _DIGEST.fullmatch(digest):
        raise ValueError("not a SHA-256")
    return folder / digest
