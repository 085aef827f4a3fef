"""What is said of periodic duties that are due, and of an own channel that fell silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.letter import PLAIN, Block, Button, Letter, as_message
from alerts.matter import Told, greeting, office, why_words
from alerts.words import day, moment, short
from domain.notice import SITE
from domain.periodic import Period, Reminder, period_words
from domain.regulations import Rule
from domain.workdays import beijing_day
from store.limits import rule_of
from store.notices import Message
from store.own_channels import OwnChannel

HOW = "在系统“周期性工作”里登记：做了什么、文号或链接、实际日期；电话告知值班室代为登记也可以。"


@dataclass(frozen=True, slots=True)
class Item:
    """One duty of one period at one rung."""

    id: int
    rule: Rule
    period: Period
    rung: Reminder

    @property
    def posts(self) -> tuple[str, ...]:
        """Who is told."""
        return self.rung.posts

    @property
    def title(self) -> str:
        """The duty with its period."""
        return f"{self.rule.title}（{period_words(self.period.name)}）"


def duties_message(session: Session, told: Told, items: Sequence[Item], now: datetime) -> Message:
    """Return the letter that reminds one person of all periodic duties that are due, the most urgent first."""
    first, *more = items = sorted(items, key=lambda item: (item.period.end, item.id))
    overdue = any(item.rung.days > 0 for item in items)
    ask = f"请于{day(first.period.end)}前完成" if not overdue else f"应于{day(first.period.end)}前完成，尚未登记"
    others = f"等{len(items)}项" if more else ""
    letter = Letter(
        subject=f"【周期性工作·{first.rung.title}】{ask}：{short(first.title)}{others}",
        tag=f"周期性工作 · {first.rung.title}",
        colour=PLAIN,
        greeting=greeting(told.post, told.person, None),
        ask=f"{first.rule.duty}，{ask}{f'；另有{len(more)}项见下' if more else ''}。{_what(told)}",
        title=first.title + others,
        rows=(("为何通知你", why_words(told.post, None)),),
        office=office(session),
        at=now,
        button=Button("登记完成" if _records(told) else "查看", f"{SITE}/periodic"),
        notes=(("怎样登记", HOW),) if _records(told) else (),
        blocks=(Block(f"应完成的工作 {len(items)}", tuple(map(_row, items))),),
    )
    return as_message(letter)


def _records(told: Told) -> bool:
    """Return whether this person writes down what was done; a leader sees to it that it is done."""
    return told.post not in ("deputy_chief", "chief")


def _what(told: Told) -> str:
    return "已经做了的，请登记。" if _records(told) else "请督促办公室办理并登记。"


def _row(item: Item) -> tuple[str, str]:
    by = f"{'应于' if item.rung.days > 0 else ''}{day(item.period.end)}前"
    words = (period_words(item.period.name), by, item.rung.title, f"依据 {item.rule.source}")
    return item.rule.title, " · ".join(words)


def stale_message(session: Session, told: Told, stale: OwnChannel, now: datetime) -> Message:
    """Return the letter that reminds of an own channel without anything new."""
    rule, name = rule_of(session, "MEDIA_FRESH"), stale.source.name
    last = moment(stale.since, now)
    words = f"最近一条新内容是{last}发现的" if stale.source.last_new_at else f"自{last}登记以来没有看到新内容"
    letter = Letter(
        subject=f"【自有渠道未更新】请于今日更新：{short(name)}",
        tag="自有渠道未更新",
        colour=PLAIN,
        greeting=greeting(told.post, told.person, None),
        ask=f"“{name}”{words}，已超过{rule.limit}天，请督促开设单位更新，或办理清理整合。",
        title=name,
        rows=(
            ("最近更新", last),
            ("应更新", f"{day(beijing_day(stale.due_at))}前（{rule.source}）"),
            ("为何通知你", why_words(told.post, None)),
        ),
        office=office(session),
        at=now,
        button=Button("查看监测源", f"{SITE}/sources/{stale.source.id}"),
        notes=(("说明", "有新内容并被系统看到后不再提醒；抓取失败也会造成误报，请先看监测源的状态。"),),
    )
    return as_message(letter)
