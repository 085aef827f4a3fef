"""How many files and rows of a collection were read, refused with a reason, or got lost: what must not happen."""

import re
from collections import Counter
from dataclasses import dataclass, field

_WORDS = re.compile(r"[\u4e00-\u9fff]{2}")
SHOWN = 12


@dataclass
class Tally:
    """One collection: files and rows that came in, those taken, and for the others why not, by reason.

    `lost` names every file that raised anything but a reason, and every one of whose rows some have no whereabouts.
    """

    what: str
    files: int = 0
    read: int = 0
    rows: int = 0
    taken: int = 0
    refused_files: Counter[str] = field(default_factory=Counter)
    refused_rows: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def met(self) -> bool:
        """Whether nothing was lost, of a collection that has any file."""
        return self.files > 0 and not self.lost

    def taken_from(self, name: str, rows: int, taken: int, refused: Counter[str], seconds: float) -> None:
        """Count a file that was read: `rows` it holds, however they were counted, and what became of them."""
        self.files, self.read = self.files + 1, self.read + 1
        self.rows, self.taken = self.rows + rows, self.taken + taken
        self.refused_rows += refused
        self.slowest = max(self.slowest, (seconds, name))
        if missing := rows - taken - refused.total():
            self.lost.append(f"{name}（{missing} 行没有下落）" if missing > 0 else f"{name}（多出 {-missing} 行）")
        self._unreasoned(name, refused)

    def refused(self, name: str, words: str, seconds: float) -> None:
        """Count a file that was refused for a reason."""
        self.files += 1
        self.refused_files[words] += 1
        self.slowest = max(self.slowest, (seconds, name))
        self._unreasoned(name, Counter([words]))

    def broke(self, name: str, error: Exception) -> None:
        """Count a file that could not be read for no reason anybody could understand."""
        self.files += 1
        self.lost.append(f"{name}（{type(error).__name__}）")

    def _unreasoned(self, name: str, refused: Counter[str]) -> None:
        self.lost += [f"{name}（原因看不懂：{words[:40]}）" for words in refused if not _WORDS.search(words)]

    def __str__(self) -> str:
        """Return it as `make evaluate` prints it."""
        head = (
            f"{self.what}：文件 {self.files} 份 = 读入 {self.read} + 拒收 {self.refused_files.total()}；"
            f"行 {self.rows} = 收下 {self.taken} + 拒收 {self.refused_rows.total()}；"
            f"没有下落的 {len(self.lost)}，目标 0，{'达到' if self.met else '没有达到'}；"
            f"最慢 {self.slowest[0]:.2f} 秒（{self.slowest[1]}）"
        )
        lines = [head, *_reasons("拒收的文件", self.refused_files), *_reasons("拒收的行", self.refused_rows)]
        return "\n".join([*lines, *([f"    没有下落：{'、'.join(self.lost)}"] if self.lost else [])])


def _reasons(title: str, refused: Counter[str]) -> list[str]:
    """Return a line for each of the most frequent reasons, and one for how many there are besides."""
    lines = [f"    {title}：{count} × {words[:120]}" for words, count in refused.most_common(SHOWN)]
    others = sum(count for _, count in refused.most_common()[SHOWN:])
    return [*lines, *([f"    {title}：{others} × 其他原因"] if others else [])]
