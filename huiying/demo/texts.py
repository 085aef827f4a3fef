"""Reads the texts of the demo city from texts/*.toml and refuses a file that is not in order."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from huiying.demo.beijing import beijing_day, beijing_time
from huiying.demo.city import City, read_city

STORIES = ("food", "lift", "price", "rumour", "praise", "suggestion", "single", "noise")
OLDEST, NEWEST = -30 * 24 * 60, 360
HEADLINE = 40
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# {d-150} becomes the day and {t-150} the hour and minute of the instant 150 minutes before the epoch, so that a
# text tells a time that fits the hour at which the demo was started.
_MOMENT = re.compile(r"\{([dt])([+-]\d+)\}")
_FIELDS: dict[str, tuple[type, ...]] = {
    "key": (str,),
    "source": (str,),
    "minutes": (int, float),
    "body": (str,),
    "title": (str,),
    "origin": (str,),
}
_REQUIRED = ("key", "source", "minutes", "body")


@dataclass(frozen=True, slots=True)
class Text:
    """One text. `minutes` counts from the demo's epoch (negative: history), `title` is empty for a microblog post,
    `origin` is the medium named as its source on the page, or empty when it is the source's own."""

    key: str
    source: str
    story: str
    minutes: float
    title: str
    body: str
    origin: str = ""

    @property
    def headline(self) -> str:
        """The title, or the beginning of the body where there is none; at most HEADLINE characters then."""
        if self.title:
            return self.title
        return self.body if len(self.body) <= HEADLINE else self.body[: HEADLINE - 1] + "…"

    def published_at(self, epoch: datetime) -> datetime:
        """When the text appears, in the zone of `epoch`."""
        return epoch + timedelta(minutes=self.minutes)

    def paragraphs(self, epoch: datetime) -> tuple[str, ...]:
        """The body's paragraphs with every time filled in, Beijing wall time."""
        return tuple(part.strip() for part in _MOMENT.sub(lambda found: _moment(found, epoch), self.body).split("\n\n"))


def _moment(found: re.Match[str], epoch: datetime) -> str:
    when = epoch + timedelta(minutes=int(found[2]))
    return beijing_day(when) if found[1] == "d" else beijing_time(when)


def read_texts() -> list[Text]:
    """Return the packaged texts, oldest first; ValueError names the file and the text that is wrong."""
    folder = files(__package__).joinpath("texts")
    city = read_city()
    texts: list[Text] = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            texts += texts_from(file.name, file.read_text("utf-8"), city)
    _refuse_repeats(texts)
    return sorted(texts, key=lambda text: text.minutes)


def texts_from(name: str, content: str, city: City) -> list[Text]:
    """Return the texts of one file in its own order; ValueError names the file, the text and what is expected."""
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}：不是合法的 TOML（{error}）") from None
    story = table.get("story")
    if story not in STORIES:
        raise ValueError(f"{name}：story 应是 {'、'.join(STORIES)} 之一")
    return [_text(name, number, story, row, city) for number, row in enumerate(table.get("texts", ()), start=1)]


def _text(name: str, number: int, story: str, row: Mapping[str, Any], city: City) -> Text:
    """Return one checked text of a file."""
    where = f"{name} 第 {number} 条（{row.get('key', '无 key')}）"
    _check_fields(where, row)
    body = row["body"].strip()
    text = Text(**{"title": "", **row, "story": story, "body": body})
    _check_text(where, text, city)
    return text


def _check_fields(where: str, row: Mapping[str, Any]) -> None:
    unknown = sorted(set(row) - set(_FIELDS))
    if unknown:
        raise ValueError(f"{where}：不认识的字段 {'、'.join(unknown)}")
    missing = [field for field in _REQUIRED if field not in row]
    if missing:
        raise ValueError(f"{where}：缺少 {'、'.join(missing)}")
    wrong = [field for field, value in row.items() if type(value) not in _FIELDS[field]]
    if wrong:
        raise ValueError(f"{where}：{'、'.join(wrong)} 的类型不对")


def _check_text(where: str, text: Text, city: City) -> None:
    """Raise ValueError where the text cannot be published as it stands."""
    source = {source.key: source for source in city.sources}.get(text.source)
    if not _KEY.fullmatch(text.key):
        raise ValueError(f"{where}：key 只能用小写字母、数字和连字符")
    if source is None or source.health != "live":
        raise ValueError(f"{where}：信源“{text.source}”不存在或不发布内容")
    if not OLDEST <= text.minutes <= NEWEST:
        raise ValueError(f"{where}：minutes 应在 {OLDEST} 到 {NEWEST} 之间")
    if not text.body:
        raise ValueError(f"{where}：正文是空的")
    if not text.title and source.family != "micro":
        raise ValueError(f"{where}：只有微博可以没有标题")
    if "{" in _MOMENT.sub("", text.body) + text.headline:
        raise ValueError(f"{where}：时间记号写错了，应像 {{d-150}} 或 {{t-150}}，标题里不能用")


def _refuse_repeats(texts: list[Text]) -> None:
    seen: set[str] = set()
    for text in texts:
        if text.key in seen:
            raise ValueError(f"key“{text.key}”出现了不止一次")
        seen.add(text.key)
