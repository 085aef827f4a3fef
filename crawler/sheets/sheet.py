"""What an export says, whatever kind of file it is, and the part of it that people are shown."""

from dataclasses import dataclass

from crawler.items import Item


@dataclass(frozen=True)
class Problem:
    """What was not understood of one row: its number as Excel shows it, and why. `kept`: it became an item even so."""

    row: int
    words: str
    kept: bool = True
    sheet: str = ""

    def __str__(self) -> str:
        """Return it as a person reads it."""
        place = f"“{self.sheet}”第 {self.row} 行" if self.sheet else f"第 {self.row} 行"
        return f"{place}：{self.words}{'' if self.kept else '（没有导入）'}"


@dataclass(frozen=True)
class Sheet:
    """What a file says. `mapping` is header → field, `columns` all headers, `rows` how many rows of data there are."""

    items: list[Item]
    mapping: dict[str, str]
    columns: list[str]
    problems: list[Problem]
    rows: int
    notes: list[str]
    """What concerns the file as a whole, in words."""


@dataclass(frozen=True)
class Excerpt:
    """A sheet as it is shown, with some of its items and problems; `found` and `wrong` say how many there are."""

    sheet: Sheet
    found: int
    wrong: int
