"""What is said of a duty that runs: what, by when, why you, how to report back, how to say it is not ours."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.letter import COLOURS, Button, Letter
from alerts.matter import Told, call_note, evidence, greeting, office, telephones, unit_of, why_words
from alerts.short import short_text
from alerts.words import moment, short, subject_time
from domain.case import Level, Start, number_text
from domain.notice import ACK, REPLY, SITE
from store.ladders import rung_for
from store.limits import rule_for
from store.people import holders
from store.tables.cases import Case, Deadline, Lead, Stage
from store.tables.people import Person

KINDS = {"opened": "交办", "missed": "逾期", "hourly": "逾期"}
"""The word of the subject for a rung; the reminders in between are 催办."""
NUMERALS = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ"}
SUSPECTED = "疑似（按5小时时限准备）"
DONE = {
    "release": "发布后，说明发布渠道、实际发布时间和链接",
    "conference": "发布会举行后，说明形式、主持人、发布人和实际举行时间",
    "reply": "答复后，说明答复方式和实际答复时间",
}


def limit_of(deadline: Deadline) -> datetime:
    """Return until when a duty is to be done: the legal limit, or the handling limit where it was found late."""
    return deadline.handle_by or deadline.due_at


def limit_words(deadline: Deadline, now: datetime) -> str:
    """Return a duty with its limit in words: `首次发布权威信息：6月10日 19:00前`."""
    return f"{rule_for(deadline).title}：{moment(limit_of(deadline), now)}前"


def duty_letter(
    session: Session, stages: Sequence[Stage], told: Told, unreachable: Sequence[Person], now: datetime
) -> Letter:
    """Return the letter by which one person is told of the duties of `stages` (one rung of one matter, by due time)."""
    deadlines = [stage.deadline for stage in stages]
    lead, case = deadlines[0].lead, deadlines[0].lead.case
    unit, articles = unit_of(lead, case), evidence(session, lead, now)
    over = _over(stages[0], now)
    level = Level(case.level if case else lead.level)
    return Letter(
        subject=_subject(deadlines, case, stages[0], now),
        tag=_tag(stages[0], level) if case else "线索 · 疑似",
        colour=COLOURS[level],
        greeting=greeting(told.post, told.person, unit),
        ask=_ask(deadlines, case, now, over=over),
        title=case.title if case else lead.title,
        rows=(*_rows(deadlines, lead, case, now), ("为何通知你", why_words(told.post, unit))),
        office=office(session),
        at=now,
        button=_button(told, lead, case),
        notes=tuple(_notes(session, deadlines, told, unreachable, case)),
        evidence=articles[0],
        evidence_total=articles[1],
        overdue=over and not deadlines[0].found_late,
        short=_short(session, deadlines, case, level, over=over),
    )


def about(case: Case | None, level: Level) -> str:
    """Return number and level of a matter, as the short text opens."""
    if case is None:
        return f"待研判线索 {level.label}（疑似）"
    return f"{number_text(case.year, case.number)} {level.label}"


def _short(session: Session, deadlines: Sequence[Deadline], case: Case | None, level: Level, *, over: bool) -> str:
    acts = "立即研判" if case is None else f"{_acts(deadlines)}并反馈"
    limit = min(limit_of(deadline) for deadline in deadlines)
    due = subject_time(limit) + ("已届满" if over else "")
    return short_text(office(session), about(case, level), f"请{'立即' if over and case else ''}{acts}", due)


def _over(stage: Stage, now: datetime) -> bool:
    """Return whether a rung speaks of a limit that has passed; the opening says so in its own words."""
    return stage.rung != "opened" and limit_of(stage.deadline) <= now


def _tag(stage: Stage, level: Level) -> str:
    return level.label if stage.rung == "missed" else f"{rung_for(stage).title} · {level.label}"


def _subject(deadlines: Sequence[Deadline], case: Case | None, stage: Stage, now: datetime) -> str:
    first, rung, over = deadlines[0], stage.rung, _over(stage, now)
    by = subject_time(limit_of(first))
    if case is None:
        word = f"{by}已逾期" if over else f"{by}时限将到"
        return f"【线索·疑似】请立即研判，{rule_for(first).title}{word}：{short(first.lead.title)}"
    number = number_text(case.year, case.number)
    kind = f"【舆情{KINDS.get(rung, '逾期' if over else '催办')}·{Level(case.level).short}】"
    if first.found_late and first.handle_by is None:
        return f"{kind}发现时已逾期，请尽快反馈：{short(case.title)}（{number}）"
    ask = f"请于{by}前反馈"
    limit = "处置时限" if first.found_late else "时限"
    if rung == "missed" or (rung == "opened" and limit_of(first) < now):
        ask = f"{limit}已于{by}届满，请立即反馈"
    elif over:
        ask = f"截至{subject_time(now)}仍未反馈，{limit}为{by}"
    elif rung == "opened":
        ask = f"发现时已逾期，{ask}" if first.found_late else ask
    else:
        ask = f"{rung_for(stage).title}，{ask}"
    return f"{kind}{ask}：{short(case.title)}（{number}）"


def _ask(deadlines: Sequence[Deadline], case: Case | None, now: datetime, *, over: bool) -> str:
    if over:
        what = "；".join(
            f"{'处置时限' if d.found_late else rule_for(d).title}已于{moment(limit_of(d), now)}届满" for d in deadlines
        )
        return f"{what}，请立即{'研判' if case is None else _acts(deadlines) + '并反馈'}。"
    what = "；".join(f"{_by(d, now)}{rule_for(d).duty}" for d in deadlines)
    late = "发现时已逾期，" if any(d.found_late for d in deadlines) else ""
    if case is None:
        return f"这条疑似突发事件还没有人确认，请立即研判。确认属实的，{what}。"
    return f"{late}请{what}，并反馈办理情况。"


def _acts(deadlines: Sequence[Deadline]) -> str:
    return "、".join(rule_for(deadline).duty for deadline in deadlines)


def _by(deadline: Deadline, now: datetime) -> str:
    if deadline.found_late and deadline.handle_by is None:
        return "尽快"
    if limit_of(deadline) < now:
        return "立即"
    return f"于{moment(limit_of(deadline), now)}前"


def _rows(deadlines: Sequence[Deadline], lead: Lead, case: Case | None, now: datetime) -> list[tuple[str, str]]:
    rows = []
    if case:
        rows.append(("编号", f"{number_text(case.year, case.number)} · {Level(case.level).label}"))
    if case is None or case.emergency:
        graded = case and case.emergency_grade
        rows.append(("突发事件", f"{NUMERALS[graded]}级（{case.graded_by}）" if case and graded else SUSPECTED))
    unit = unit_of(lead, case)
    if unit:
        rows.append(("承办单位" if case else "拟承办单位", unit.name))
    for deadline in deadlines:
        rows += _limit_rows(deadline, now)
    if case:
        rows.append(("起算", f"{Start(case.t0, case.t0_basis).label} {moment(case.t0, now)}"))
    if any(deadline.found_late for deadline in deadlines):
        rows.append(("发现时间", moment(lead.detected_at, now)))
    return rows


def _limit_rows(deadline: Deadline, now: datetime) -> list[tuple[str, str]]:
    asked = rule_for(deadline)
    provisional = "，暂定：下一年度工作日表尚未公布" if deadline.calendar_provisional else ""
    source = f"（{asked.source}{provisional}）"
    if not deadline.found_late:
        return [("时限", f"{limit_words(deadline, now)}{source}")]
    rows = [("法定时限", f"{asked.title}：{moment(deadline.due_at, now)}，发现时已逾期{source}")]
    if deadline.handle_by:
        rows.append(("处置时限", f"{moment(deadline.handle_by, now)}前（自发现之时起算）"))
    return rows


def _button(told: Told, lead: Lead, case: Case | None) -> Button:
    if case is None:
        return Button("研判", f"{SITE}/leads/{lead.id}")
    return Button("签收", ACK) if told.post == "liaison" else Button("查看事项", f"{SITE}/cases/{case.id}")


def _notes(
    session: Session, deadlines: Sequence[Deadline], told: Told, unreachable: Sequence[Person], case: Case | None
) -> list[tuple[str, str]]:
    call = office(session).call
    kinds = dict.fromkeys(rule_for(deadline).met_by for deadline in deadlines)
    done = "；".join(DONE[kind] for kind in kinds if kind in DONE)
    notes: list[tuple[str, str]] = []
    if case is not None and told.post == "liaison":
        notes.append(("怎样反馈", f"{REPLY}电话告知{call}：{done}。时限以实际时间为准，不以登记时间为准。"))
        notes.append(("不属于本单位职责", f"请立即电话告知{call}，说明理由和建议的承办单位；改派之前，时限照常计算。"))
    elif case is not None:
        notes.append(("联络员", _liaisons(session, case)))
        notes.append(("办结登记", f"在系统里“登记发布”：{done}。时限以实际时间为准。"))
    if unreachable and told.post != "liaison":
        notes.append(call_note(unreachable))
    return notes


def _liaisons(session: Session, case: Case) -> str:
    found = holders(session, "liaison", case.unit_id)
    if not found:
        return f"{case.unit.name}没有登记联络员，请电话通知该单位，并到“设置”里补登。"
    return telephones(found)
