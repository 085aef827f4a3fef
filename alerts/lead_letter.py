"""What is said of a lead that waits for a person: why the system proposes it, and until when to judge it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.duty_letter import SUSPECTED, limit_of, limit_words
from alerts.letter import COLOURS, PLAIN, Button, Letter
from alerts.matter import Told, call_note, evidence, greeting, office, why_words
from alerts.short import short_text
from alerts.words import moment, short, subject_time
from domain.case import Level
from domain.notice import SITE
from store.ladders import rung_for
from store.limits import rule_for
from store.sources import CHANNEL_LABELS
from store.tables.cases import Deadline, Lead, Stage
from store.tables.people import Person

MOST_REASONS = 6


def lead_letter(
    session: Session, stages: Sequence[Stage], told: Told, unreachable: Sequence[Person], now: datetime
) -> Letter:
    """Return the letter by which one person is told of a lead, fresh or still not judged."""
    stage = stages[0]
    lead, articles = stage.deadline.lead, evidence(session, stage.deadline.lead, now)
    title = rung_for(stage).title
    return Letter(
        subject=_subject(stage, title, now),
        tag=_tag(stage, title),
        colour=COLOURS[Level(lead.level)] if lead.suspected else PLAIN,
        greeting=greeting(told.post, told.person, None),
        ask=_ask(stage, now),
        title=lead.title,
        rows=(*_rows(lead, now), ("为何通知你", why_words(told.post, None))),
        office=office(session),
        at=now,
        button=Button("研判", f"{SITE}/leads/{lead.id}"),
        notes=tuple(_notes(unreachable, told)),
        evidence=articles[0],
        evidence_total=articles[1],
        short=_short(session, stage),
    )


def _short(session: Session, stage: Stage) -> str:
    lead = stage.deadline.lead
    about = f"待研判线索 {Level(lead.level).label}{'（疑似）' if lead.suspected else ''}"
    return short_text(office(session), about, "请立即研判", subject_time(stage.deadline.due_at))


def _tag(stage: Stage, title: str) -> str:
    if not stage.deadline.lead.suspected:
        return f"线索 · {title}"
    return "线索 · 疑似" if stage.rung == "proposed" else f"线索 · 疑似 · {title}"


def _subject(stage: Stage, title: str, now: datetime) -> str:
    lead = stage.deadline.lead
    if lead.suspected:
        ask = "请立即研判" if stage.rung == "proposed" else f"{title}，请立即研判"
        return f"【线索·疑似】{ask}：{short(lead.title)}"
    by = subject_time(stage.deadline.due_at)
    if stage.rung == "proposed":
        return f"【线索】请于{by}前研判：{short(lead.title)}"
    if not _over(stage, now):
        return f"【线索·催办】{title}，请于{by}前研判：{short(lead.title)}"
    return f"【线索·未研判】研判时限已于{by}届满：{short(lead.title)}"


def _ask(stage: Stage, now: datetime) -> str:
    lead = stage.deadline.lead
    if lead.suspected:
        waiting = "系统发现疑似突发事件" if stage.rung == "proposed" else "这条疑似突发事件还没有人确认"
        clock = next((d for d in _running(lead) if d.rule == "AUTH_RELEASE"), None)
        until = f"{rule_for(clock).title}时限暂按{moment(limit_of(clock), now)}准备。" if clock else ""
        return f"{waiting}，请立即研判。{until}"
    by = moment(stage.deadline.due_at, now)
    return f"请于{by}前研判这条线索。" if not _over(stage, now) else f"研判时限已于{by}届满，请立即研判。"


def _over(stage: Stage, now: datetime) -> bool:
    """Return whether a rung speaks of a limit that has passed; the opening asks, however late it is told."""
    return stage.rung != "proposed" and stage.deadline.due_at <= now


def _running(lead: Lead) -> list[Deadline]:
    return [deadline for deadline in lead.deadlines if deadline.state == "open"]


def _rows(lead: Lead, now: datetime) -> list[tuple[str, str]]:
    rows = [("突发事件", SUSPECTED)] if lead.suspected else []
    rows.append(("来源", CHANNEL_LABELS.get(lead.channel, lead.channel)))
    rows.append(("发现时间", moment(lead.detected_at, now)))
    if lead.first_posted_at:
        rows.append(("首发时间", moment(lead.first_posted_at, now)))
    for deadline in _running(lead):
        if deadline.ladder == "duty":
            rows.append(("暂按时限", limit_words(deadline, now)))
    if lead.unit:
        rows.append(("拟承办单位", lead.unit.name))
    rows.append(("系统初判", "、".join(_chip(reason) for reason in lead.reasons[:MOST_REASONS]) or "没有记下理由"))
    return rows


def _chip(reason: dict[str, object]) -> str:
    weight = reason.get("weight")
    return f"{reason['words']} {weight:+.1f}" if isinstance(weight, int | float) and weight else str(reason["words"])


def _notes(unreachable: Sequence[Person], told: Told) -> list[tuple[str, str]]:
    notes = [("研判", "属实的，确认并交办承办单位；不属于本单位职责的，写明理由后排除。不研判会逐级报告。")]
    if unreachable and told.post:
        notes.append(call_note(unreachable))
    return notes
