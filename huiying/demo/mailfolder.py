"""The folder in which the demo keeps every mail it was sent, one .eml file each."""

import itertools
import os
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_NAME = re.compile(r"(\d{8}T\d{6}\.\d{6})Z-(\d{6,})\.eml")
_TIME = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored mail: its number (1 is the first that came), when it arrived (UTC) and its file."""

    number: int
    arrived_at: datetime
    path: Path


class MailFolder:
    """Stores and finds mails. One process at a time writes; numbers go on where the folder ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._numbers = itertools.count(max((kept.number for kept in self.kept()), default=0) + 1)
        self._lock = threading.Lock()

    def save(self, content: bytes, sender: str, recipients: Sequence[str], now: datetime) -> Path:
        """Store one mail whole or not at all and return its file; the envelope stands before its own headers."""
        with self._lock:
            number = next(self._numbers)
        name = f"{now.astimezone(UTC).strftime(_TIME)}Z-{number:06d}.eml"
        unfinished = self.folder / f".{name}.part"
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(_envelope(sender, recipients) + content)
                file.flush()
                os.fsync(file.fileno())
            return unfinished.replace(self.folder / name)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise

    def kept(self) -> list[Kept]:
        """All stored mails, newest first."""
        found = [(path, _NAME.fullmatch(path.name)) for path in self.folder.iterdir()]
        mails = [Kept(int(name[2]), _arrived(name[1]), path) for path, name in found if name]
        return sorted(mails, key=lambda kept: -kept.number)

    def find(self, number: int) -> Kept:
        """The mail with this number; LookupError if there is none."""
        for kept in self.kept():
            if kept.number == number:
                return kept
        raise LookupError(number)


def _arrived(written: str) -> datetime:
    return datetime.strptime(written, _TIME).replace(tzinfo=UTC)


def _envelope(sender: str, recipients: Sequence[str]) -> bytes:
    """Return the lines a mail server adds on delivery: who it really came from and who it was really for."""
    lines = [f"Return-Path: <{sender}>"] + [f"Delivered-To: {recipient}" for recipient in recipients]
    return "".join(f"{_single_line(line)}\r\n" for line in lines).encode("utf-8", "replace")


def _single_line(text: str) -> str:
    return "".join(char for char in text if char.isprintable())
