"""The judge in force: the program's, with what the office has taught where that was adopted; looked up every batch."""

import logging
from collections.abc import Sequence
from pathlib import Path

from classifier import layer
from classifier.judge import Judge
from classifier.taught import TaughtJudge
from classifier.text import Item
from domain.org import Org
from domain.verdict import Verdict
from store import learned
from store.db import reading, transaction

log = logging.getLogger(__name__)


class Standing:
    """Stands where a Judge stands. A version adopted or taken back counts from the next batch, without a restart."""

    def __init__(self, org: Org, data_dir: Path) -> None:
        self._org, self._data_dir = org, data_dir
        self._program = Judge(org)
        self._known: tuple[object, ...] = ()
        self._judge: Judge | TaughtJudge = self._program

    def judge(self, items: Sequence[Item], reasons: bool = True) -> list[Verdict]:
        """Return one verdict per item, in order."""
        return self.current().judge(items, reasons)

    def current(self) -> Judge | TaughtJudge:
        """Return what judges now; where the adopted parameters cannot be used the program's, and that is noted."""
        with reading() as session:
            row = learned.current(session)
            version = row.version if row else None
        known = (version, *(self._stamps(version) if version else ()))
        if known != self._known:
            self._judge, self._known = self._made(version), known
        return self._judge

    def _stamps(self, version: str) -> list[tuple[int, int] | None]:
        """Return what changes where somebody touches the files: they are looked at anew then."""
        found: list[tuple[int, int] | None] = []
        for name in layer.FILES:
            try:
                stat = (learned.folder_of(self._data_dir, version) / name).stat()
                found.append((stat.st_mtime_ns, stat.st_size))
            except OSError:
                found.append(None)
        return found

    def _made(self, version: str | None) -> Judge | TaughtJudge:
        words = ""
        judge: Judge | TaughtJudge = self._program
        if version is not None:
            try:
                folder = learned.folder_of(self._data_dir, version)
                judge = TaughtJudge(self._program, layer.load(folder, version), self._org)
            except ValueError as error:
                words = f"本单位的初判参数不能用，已改用随程序提供的参数：{error}"
                log.warning("%s", words)
        with transaction() as session:
            learned.note_trouble(session, words)
        return judge
