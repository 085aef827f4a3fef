"""登记发布 of what answers many at once: results of consultations, and warnings, on a registered outlet."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.consultation import Decision, Result, lacking, result_text, result_title
from domain.outlets import is_of
from domain.regulations import Due, due_at
from domain.warning import State, check_step
from domain.workdays import beijing_day
from store import consultations, journal, outlets, suggestion_groups
from store.calendar import calendar
from store.db import hold
from store.limits import rule_of
from store.office import fact
from store.suggestion_groups import Group
from store.tables.office import Outlet
from store.tables.opinion import Announcement, Consultation, SurgeWarning
from store.tables.people import Person

RULE = "PROACTIVE"
"""What was decided is information to be made public by itself: its clock is that of 主动公开."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Published:
    """Where and when something was published, as the form says it."""

    outlet_id: int
    link: str
    at: datetime | None


def of_consultation(session: Session, consultation_id: int) -> list[Announcement]:
    """Return what was published of a consultation, the latest first."""
    asked = select(Announcement).where(Announcement.consultation_id == consultation_id)
    return list(session.scalars(asked.order_by(Announcement.published_at.desc(), Announcement.id.desc())))


def of_warning(session: Session, warning_id: int) -> list[Announcement]:
    """Return where a warning was published, the latest first."""
    asked = select(Announcement).where(Announcement.warning_id == warning_id)
    return list(session.scalars(asked.order_by(Announcement.published_at.desc(), Announcement.id.desc())))


def open_groups(session: Session, consultation_id: int) -> list[Group]:
    """Return the decided groups whose decision is not published yet; one decided anew is to be published again."""
    told: dict[int, datetime] = {}
    for one in of_consultation(session, consultation_id):
        for id_ in one.group_ids:
            told.setdefault(id_, one.recorded_at)
    return [
        group
        for group in suggestion_groups.listed(session, consultation_id)
        if (at := group.row.decided_at) is not None and told.get(group.row.id, _LONG_AGO) < at
    ]


def result(session: Session, row: Consultation, groups: list[Group], now: datetime) -> tuple[str, str]:
    """Return (title, text) of the result of these groups as it is published."""
    said = Result(
        office=fact(session, "name") or "本局",
        title=row.title,
        start_on=row.start_on,
        end_on=row.end_on,
        received=len(consultations.suggestions(session, row.id)),
        groups=tuple(group.answered() for group in groups),
        unit=row.unit.name,
        contact=row.contact,
        on=beijing_day(now),
    )
    return result_title(row.title), result_text(said)


def due(session: Session, row: Consultation) -> Due | None:
    """Return until when the oldest unpublished decision is to be published; None where there is none.

    20 working days after it was made. Source: 政府信息公开条例第二十六条, as the office has set the limit.
    """
    made = [group.row.decided_at for group in open_groups(session, row.id) if group.row.decided_at is not None]
    rule = rule_of(session, RULE)
    return due_at(rule, min(made), calendar(session)) if made and not rule.off else None


def publish_result(
    session: Session, row: Consultation, text: str, where: Published, person: Person, now: datetime
) -> Announcement:
    """Record that the result of all open groups was published, with the text as it was. ValueError in the user's words.

    A group that is 相对集中 and rejected without a reason cannot be published, whenever it grew so large.
    """
    hold(session, row)
    groups = open_groups(session, row.id)
    if not groups:
        raise ValueError("没有已决定而未公布的类，请先对各类意见作出决定")
    number = consultations.most(session)
    if missing := lacking((group.answered() for group in groups), number):
        raise ValueError(f"“{missing[0].title}”有{missing[0].count}条，相对集中，{Decision.REJECTED.label}的要说明理由")
    if where.at is not None and where.at < min(one.row.decided_at for one in groups if one.row.decided_at):
        raise ValueError("发布时间早于作出决定的时间，请核对")
    ids = [group.row.id for group in groups]
    made = _record(session, (result_title(row.title), text), where, person, now, ids)
    made.consultation_id = row.id
    session.flush()
    facts = {"announcement": made.id, "groups": ids, "outlet": made.outlet_id, "at": made.published_at}
    journal.record(session, f"person-{person.id}", "publish_result", f"consultation-{row.id}", now, **facts)
    return made


def publish_warning(
    session: Session, row: SurgeWarning, where: Published, person: Person, now: datetime
) -> Announcement:
    """Record that a cleared warning was published. ValueError where it was not cleared, or the form lacks something."""
    hold(session, row)
    check_step(State(row.state), State.RELEASED)
    if where.at is not None and row.cleared_at is not None and where.at < row.cleared_at.replace(second=0):
        raise ValueError("发布时间早于审核通过的时间，请核对")
    made = _record(session, (row.title, row.text), where, person, now, [])
    made.warning_id, row.state, row.changed_at = row.id, str(State.RELEASED), now
    session.flush()
    facts = {"announcement": made.id, "outlet": made.outlet_id, "at": made.published_at}
    journal.record(session, f"person-{person.id}", "publish_warning", f"warning-{row.id}", now, **facts)
    return made


def _record(
    session: Session, said: tuple[str, str], where: Published, person: Person, now: datetime, ids: list[int]
) -> Announcement:
    outlet, link, at = _outlet(session, where), where.link.strip(), where.at or now
    if at > now:
        raise ValueError("发布时间不能晚于现在；还没有发布的，发布以后再登记")
    title, text = said
    made = Announcement(outlet_id=outlet.id, link=link[:2000], title=title, text=text.strip(), group_ids=ids)
    made.published_at, made.recorded_at, made.recorded_by = at, now, person.id
    session.add(made)
    return made


def _outlet(session: Session, where: Published) -> Outlet:
    """Return the official outlet something was published on. ValueError without one, or where its link is another's."""
    link = where.link.strip()
    if not link.startswith(("http://", "https://")):
        raise ValueError("请填写发布链接，以 http:// 或 https:// 开头")
    outlet = session.get(Outlet, where.outlet_id) if where.outlet_id else None
    outlet = outlet or outlets.chosen(session, None, "", link, "release")
    if outlet is None:
        raise ValueError("请选择发布渠道；没有的，先在“设置—发布渠道”登记")
    if outlet.address and not is_of(outlet.address, link):
        raise ValueError(f"这个链接不是“{outlet.name}”（{outlet.address}）的，请核对渠道和链接")
    return outlet


def last(session: Session) -> dict[int, datetime]:
    """Return when something of each consultation was published last, by its id."""
    own = Announcement.consultation_id
    asked = select(own, func.max(Announcement.published_at)).where(own.is_not(None)).group_by(own)
    return {int(id_ or 0): at for id_, at in session.execute(asked)}
