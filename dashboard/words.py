"""How times, spans and codes are written on screens. Pure; Beijing time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard import letters
from domain import leaf
from domain.case import CaseState, Grade, Level, Start
from domain.handling import was_recorded_after
from domain.limits import unknown
from domain.masking import counted, mask
from domain.periodic import period_words
from domain.regulations import Rule, rules
from domain.verdict import MUST_RESPOND, PRIORITIES, THEMES, Sentiment
from domain.workdays import BEIJING
from store.channels import LABELS, handed
from store.limits import rule_for
from store.notices import addressee, proof
from store.people import ROLES
from store.sources import AUTHORITY_LABELS, CHANNEL_LABELS

WEEKDAYS = "一二三四五六日"
COUNTS = {"reads": "阅读", "comments": "评论", "likes": "点赞", "shares": "转发"}
NUMERALS = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ"}


def when(at: datetime | None, now: datetime) -> str:
    """Return an instant as `14:05` today, else `11月21日 周六 14:05`, with the year where it is another one."""
    if at is None:
        return "—"
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    year = f"{local.year}年" if local.year != today.year else ""
    return f"{year}{local.month}月{local.day}日 周{WEEKDAYS[local.weekday()]} {local:%H:%M}"


def brief(at: datetime, now: datetime) -> str:
    """Return an instant for a narrow column: `14:05` today, else `11月21日 14:05`, else the day with its year."""
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local:%Y-%m-%d}"


def full(at: datetime | None) -> str:
    """Return an instant as `2026年11月22日 14:05`."""
    if at is None:
        return "—"
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def seconds(at: datetime) -> str:
    """Return the time of day to the second, `14:05:09`."""
    return f"{at.astimezone(BEIJING):%H:%M:%S}"


def day(at: datetime) -> str:
    """Return the Beijing day as `11月22日 周日`."""
    local = at.astimezone(BEIJING)
    return f"{local.month}月{local.day}日 周{WEEKDAYS[local.weekday()]}"


def hour(at: datetime) -> str:
    """Return the Beijing hour as `11月22日 14时`."""
    local = at.astimezone(BEIJING)
    return f"{local.month}月{local.day}日 {local.hour}时"


def size(length: int) -> str:
    """Return a number of bytes as `812 字节`, `14 KB`, `2.5 MB`."""
    if length < 1024:
        return f"{length} 字节"
    return f"{length / 1024:.0f} KB" if length < 1024 * 1024 else f"{length / 1024 / 1024:.1f} MB"


def field(at: datetime | None) -> str:
    """Return an instant as a datetime-local field wants it, Beijing time."""
    return f"{at.astimezone(BEIJING):%Y-%m-%dT%H:%M}" if at else ""


def millis(at: datetime) -> int:
    """Return an instant as milliseconds since 1970, for the countdown in the browser."""
    return int(at.timestamp() * 1000)


def countdown(left: timedelta) -> str:
    """Return remaining time as `1:12:04` or `4天 3:12:04`; overdue as `逾期 0:23:10`. clock.js does the same."""
    total = int(abs(left.total_seconds()))
    days, rest = divmod(total, 86400) if total >= 100 * 3600 else (0, total)
    text = f"{rest // 3600}:{rest // 60 % 60:02}:{rest % 60:02}"
    text = f"{days}天 {text}" if days else text
    return f"逾期 {text}" if left < timedelta(0) else text


def span(length: timedelta) -> str:
    """Return a length of time as `3秒`, `23分`, `1小时12分`, `2天3小时`."""
    total = int(abs(length.total_seconds()))
    if total < 60:
        return f"{total}秒"
    if total < 3600:
        return f"{total // 60}分"
    hours, minutes = divmod(total // 60, 60)
    if hours < 48:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    days, hours = divmod(hours, 24)
    return f"{days}天{hours}小时" if hours else f"{days}天"


def large(number: int) -> str:
    """Return a count as people write it: `836`, `1.2万`, `3.4亿`."""
    for unit, sign in ((100_000_000, "亿"), (10_000, "万")):
        if number >= unit:
            return f"{number / unit:.1f}".removesuffix(".0") + sign
    return str(number)


def counts(shown: dict[str, int] | None) -> str:
    """Return the counts a page shows as `阅读 1.2万 · 评论 36`; nothing where it shows none."""
    return " · ".join(f"{label} {large(shown[name])}" for name, label in COUNTS.items() if shown and name in shown)


def short(text: str, length: int = 60) -> str:
    """Return a title cut in the middle, so that beginning and end can both be read."""
    if len(text) <= length:
        return text
    tail = length // 3
    return f"{text[: length - tail - 1]}…{text[-tail:]}"


def chip(reason: dict[str, Any]) -> str:
    """Return a kept reason as shown: `集体腹泻 +2.1`, or the rule alone."""
    weight = reason.get("weight") or 0
    return mask(f"{reason['words']} {weight:+.1f}" if weight else str(reason["words"]))


def _address(link: str) -> str:
    """Return a kept link within the service or an outside one that is safe to open, else nothing."""
    found = letters.local(link)
    return found if found.startswith(("/", "http://", "https://")) and not found.startswith("//") else ""


def _rule(code: str) -> Rule:
    """Return a rule of the regulations; one of the office's own is known to `limit` alone."""
    return rules().get(code) or unknown(code)


def _leaf(verdict: Any) -> str:
    """Return the proposed way of handling in words, empty where nothing is asked of the bureau."""
    found = leaf.proposed(
        intent=verdict.intent, sentiment=verdict.sentiment, emergency=verdict.emergency, rumour=verdict.rumour
    )
    return found.label if found else ""


FILTERS: dict[str, Callable[..., Any]] = {
    "when": when,
    "brief": brief,
    "full": full,
    "seconds": seconds,
    "day": day,
    "hour": hour,
    "size": size,
    "field": field,
    "millis": millis,
    "countdown": countdown,
    "span": span,
    "short": short,
    "counts": counts,
    "address": _address,
    "chip": chip,
    "mask": mask,
    "duty": lambda code: _rule(code).title,
    "late": was_recorded_after,
    "rule": lambda code: _rule(code),
    "limit": rule_for,
    "period": period_words,
    "level": lambda code: Level(code).label,
    "state": lambda code: CaseState(code).label,
    "basis": lambda code: Start(datetime.min.replace(tzinfo=UTC), code).label,
    "grade": lambda code: f"{NUMERALS[code]}级（{Grade(code).label}）",
    "sentiment": lambda code: Sentiment(code).label,
    "role": lambda code: ROLES.get(code, code),
    "channel": lambda code: CHANNEL_LABELS.get(code, code),
    "handed": handed,
    "way": lambda code: LABELS.get(code, code),
    "addressee": addressee,
    "proof": proof,
    "personal": counted,
    "must_respond": lambda code: MUST_RESPOND.get(code, code),
    "leaf": _leaf,
    "priorities": lambda verdict: [label for name, label in PRIORITIES.items() if getattr(verdict, name)],
    "themes": lambda codes: [THEMES.get(code, code) for code in codes],
    "authority": lambda code: AUTHORITY_LABELS.get(code, code),
}
