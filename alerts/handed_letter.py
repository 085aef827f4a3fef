"""What is said to a unit that helps or is relieved, and about a request to be relieved (申请退办)."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.duty_letter import about, limit_words
from alerts.letter import COLOURS, PLAIN, Button, Letter
from alerts.matter import Told, evidence, greeting, office, telephones
from alerts.short import short_text
from alerts.words import moment, short
from domain.case import Level, number_text
from domain.notice import ACK, SITE
from store.people import holders
from store.tables.cases import Case
from store.tables.handling import Assignment, Bounce
from store.tables.people import Unit


def assignment_letter(session: Session, row: Assignment, told: Told, now: datetime) -> Letter:
    """Return the letter to a unit that helps with a case, or that is relieved of it."""
    return _relieved(session, row, told, now) if row.ended_at else _helps(session, row, told, now)


def _helps(session: Session, row: Assignment, told: Told, now: datetime) -> Letter:
    case = row.case
    articles = evidence(session, case.lead, now)
    return Letter(
        subject=f"【舆情协办·{Level(case.level).short}】请协助{case.unit.name}办理：{_title(case)}",
        tag=f"协办 · {Level(case.level).label}",
        colour=COLOURS[Level(case.level)],
        greeting=greeting(told.post, told.person, row.unit),
        ask=f"请协助办理，并把办理情况报给牵头单位{case.unit.name}。",
        title=case.title,
        rows=(
            *_rows(case, now),
            *((("交办说明", row.why),) if row.why else ()),
            ("牵头单位", case.unit.name),
            ("为何通知你", f"{row.unit.name}协办本事项，你是{row.unit.name}联络员。"),
        ),
        office=office(session),
        at=now,
        button=Button("签收", ACK) if told.post == "liaison" else Button("查看事项", f"{SITE}/cases/{case.id}"),
        notes=(
            ("牵头单位联系人", _liaisons(session, case.unit)),
            ("不属于本单位职责", f"请立即电话告知{office(session).call}；改派之前，时限照常计算。"),
        ),
        short=_short(session, case, "请协助办理并签收"),
        evidence=articles[0],
        evidence_total=articles[1],
    )


def _relieved(session: Session, row: Assignment, told: Told, now: datetime) -> Letter:
    case = row.case
    into = session.get(Case, case.merged_into) if case.merged_into else None
    unit, kind = (into or case).unit.name, "并案" if into else "转办"
    return Letter(
        subject=f"【舆情{kind}】{row.unit.name}不再承办：{_title(case)}",
        tag=kind,
        colour=PLAIN,
        greeting=greeting(told.post, told.person, row.unit),
        ask=f"本事项{_now(row, into)}，{row.unit.name}不再承办。已有的材料请转给{unit}。",
        title=case.title,
        rows=(
            ("编号", number_text(case.year, case.number)),
            ("理由", row.ended_why or "未写明"),
            ("现承办单位", unit),
        ),
        office=office(session),
        at=now,
        notes=(("疑问", f"请电话联系{office(session).call}。"),),
        short=_short(session, case, "本单位不再承办，详见邮件"),
    )


def _now(row: Assignment, into: Case | None) -> str:
    """Return what became of the matter."""
    if into is not None:
        return f"已并入{number_text(into.year, into.number)}，由{into.unit.name}继续办理"
    return f"已改由{row.case.unit.name}牵头" if row.part == "lead" else "的协办单位有调整"


def bounce_letter(session: Session, row: Bounce, told: Told, now: datetime) -> Letter:
    """Return the letter about a request to be relieved: to who decides, or to the unit that it was refused."""
    return _refused(session, row, told, now) if row.decided_at else _asked(session, row, told, now)


def _asked(session: Session, row: Bounce, told: Told, now: datetime) -> Letter:
    case = row.case
    wish = (("建议承办", row.suggested.name),) if row.suggested else ()
    return Letter(
        subject=f"【申请退办】{row.unit.name}申请退办，请决定：{_title(case)}",
        tag=f"申请退办 · {Level(case.level).label}",
        colour=COLOURS[Level(case.level)],
        greeting=greeting(told.post, told.person, None),
        ask=f"{row.unit.name}于{moment(row.asked_at, now)}申请退办，请决定是否改派。决定之前，时限照常计算。",
        title=case.title,
        rows=(("退办理由", row.reason), *wish, *_rows(case, now), ("为何通知你", "退办由办公室决定。")),
        office=office(session),
        at=now,
        button=Button("去决定", f"{SITE}/cases/{case.id}#assign"),
        short=_short(session, case, "有单位申请退办，请决定是否改派"),
    )


def _refused(session: Session, row: Bounce, told: Told, now: datetime) -> Letter:
    case = row.case
    return Letter(
        subject=f"【舆情催办·{Level(case.level).short}】退办未同意，请继续办理：{_title(case)}",
        tag=f"退办未同意 · {Level(case.level).label}",
        colour=COLOURS[Level(case.level)],
        greeting=greeting(told.post, told.person, row.unit),
        ask="退办申请没有同意，请继续办理。时限一直在计算。",
        title=case.title,
        rows=(("办公室意见", row.decision or "未写明"), *_rows(case, now)),
        office=office(session),
        at=now,
        notes=(("疑问", f"请电话联系{office(session).call}。"),),
        short=_short(session, case, "退办未同意，请继续办理"),
    )


def _short(session: Session, case: Case, ask: str) -> str:
    return short_text(office(session), about(case, Level(case.level)), ask)


def _title(case: Case) -> str:
    return f"{short(case.title)}（{number_text(case.year, case.number)}）"


def _rows(case: Case, now: datetime) -> list[tuple[str, str]]:
    rows = [("编号", f"{number_text(case.year, case.number)} · {Level(case.level).label}")]
    open_ = [one for one in case.deadlines if one.state == "open" and one.ladder == "duty"]
    return rows + [("时限", limit_words(one, now)) for one in open_]


def _liaisons(session: Session, unit: Unit) -> str:
    found = holders(session, "liaison", unit.id)
    return telephones(found) or "没有登记联络员"
