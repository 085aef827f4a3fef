"""A table the office edits as TOML: text in, plain rows out; every fault in words, as many as there are at once."""

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from domain.escalation import POSTS

LONGEST = 64 * 1024
"""Characters of a table; the packaged ones have three thousand."""
_PLACE = re.compile(r"at line (\d+)")


class Faulty(ValueError):
    """A table that is refused. `faults` holds every reason in the user's words."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("；".join(self.faults))


def tidied(text: str) -> str:
    """Return a text as it is kept: line ends of one kind, no mark at its beginning, one line end at its close."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"


def loaded(text: str) -> dict[str, Any]:
    """Return what a TOML text says. Faulty names the line that cannot be read."""
    if len(text) > LONGEST:
        raise Faulty([f"内容太长：最多 {LONGEST} 个字符"])
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = _PLACE.search(str(error))
        line = f"第{place[1]}行" if place else "末尾" if "end of document" in str(error) else "内容"
        raise Faulty([f"{line}看不懂：请检查引号、方括号、等号和逗号，同一项不要写两遍"]) from None


def whole(value: Any, name: str, least: int, most: int) -> Iterable[str]:
    """Yield what is wrong with a whole number between two bounds, both included."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        yield f"{name} 应为 {least} 到 {most} 之间的整数，现在是 {shown(value)}"


def posts(value: Any, name: str, known: Iterable[str] = POSTS) -> Iterable[str]:
    """Yield what is wrong with a list of posts."""
    names = {post: POSTS[post] for post in known}
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        yield f'{name} 应为岗位的列表，如 ["duty_officer"]'
        return
    if not value:
        yield f"{name} 一个岗位也没有"
    for one in dict.fromkeys(value):
        if one not in names:
            usable = "、".join(f"{post}（{words}）" for post, words in names.items())
            yield f"{name} 里不能有 {shown(one)}；可用的岗位：{usable}"
        elif value.count(one) > 1:
            yield f"{name} 里 {one} 写了两遍"


def unknown_fields(row: dict[str, Any], known: Iterable[str]) -> Iterable[str]:
    """Yield the fields of a row that no table has; a misspelt one would have no effect in silence."""
    for name in sorted(row.keys() - set(known)):
        yield f"不认识的项 {shown(name)}；可用：{'、'.join(known)}"


def shown(value: Any) -> str:
    """Return a value as it is quoted in a sentence, not too long."""
    return str(value)[:30] or "空的"
