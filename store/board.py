"""What the board asks: the clocks that run, who was told of them, how the service itself is doing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from domain.case import CaseState, LeadState
from domain.digest import digest_day, send_at
from domain.workdays import DAY, beijing_day
from store.channels import GROUP, PHONE
from store.office import fact, heartbeats
from store.people import on_duty, shift_ends
from store.seasons import raised_on, season_words
from store.sources import silence
from store.tables.articles import Article
from store.tables.cases import Case, Deadline, Lead, Stage
from store.tables.notices import Delivery, Inbound, Notice

CLOCK_SILENT = timedelta(seconds=60)
MOST_CLOCKS = 30
SHOWN = ("duty", "sign", "report")
"""Ladders of duties; the others are the internal limits of leads."""
MAIL_DOWN_AFTER = 3
"""So many failed attempts in a row mean that the mail server takes nothing."""


def running(session: Session, limit: int = MOST_CLOCKS) -> list[Deadline]:
    """Return the open duties of matters (not the internal limits of leads), the next to act on first.

    A duty found late is ordered by its handling limit. Matter, unit and rungs are loaded.
    """
    asked = (
        select(Deadline)
        .where(Deadline.state == "open", Deadline.ladder.in_(SHOWN))
        .options(
            joinedload(Deadline.lead).options(joinedload(Lead.unit), joinedload(Lead.event)),
            joinedload(Deadline.case).joinedload(Case.unit),
            selectinload(Deadline.stages),
        )
        .order_by(func.coalesce(Deadline.handle_by, Deadline.due_at), Deadline.id)
    )
    return list(session.scalars(asked.limit(limit)))


def count_running(session: Session) -> int:
    """Return how many duties of matters are open."""
    asked = select(func.count()).where(Deadline.state == "open", Deadline.ladder.in_(SHOWN))
    return session.scalar(asked) or 0


def waiting(session: Session, limit: int) -> list[Lead]:
    """Return the leads that wait for a person, as `leads.open_leads`, with unit and event loaded."""
    asked = select(Lead).where(Lead.state == str(LeadState.OPEN))
    asked = asked.options(joinedload(Lead.unit), joinedload(Lead.event))
    return list(session.scalars(asked.order_by(Lead.suspected.desc(), Lead.quiet, Lead.proposed_at).limit(limit)))


def proposers(session: Session, leads: Iterable[Lead]) -> dict[int, Article]:
    """Return the article that proposed each lead, by article, with its source loaded."""
    ids = [lead.article_id for lead in leads if lead.article_id is not None]
    asked = select(Article).where(Article.id.in_(ids)).options(joinedload(Article.source))
    return {article.id: article for article in session.scalars(asked)}


def judging_limits(session: Session) -> dict[int, Deadline]:
    """Return the open internal limit of every lead that waits for a person, by lead."""
    asked = select(Deadline).where(Deadline.state == "open", Deadline.rule == "LEAD_CONFIRM")
    return {deadline.lead_id: deadline for deadline in session.scalars(asked)}


def told(session: Session, deadlines: Iterable[Deadline]) -> dict[int, list[Notice]]:
    """Return the latest notice of every person told of a duty, by duty; the latest first.

    What went to a group or is a call to make is left out, and of what was told at once the person's first channel
    stands for all.
    Duties of one matter are told in one message, so a duty without notices of its own shows those of its matter.
    """
    lead_of = {deadline.id: deadline.lead_id for deadline in deadlines}
    asked = (
        select(Stage.deadline_id, Notice)
        .join(Notice, Notice.stage_id == Stage.id)
        .where(Notice.lead_id.in_(set(lead_of.values())), Notice.state != "cancelled")
        .where(Notice.channel.not_in((*GROUP, PHONE)))
        .options(joinedload(Notice.person))
        .order_by(Notice.created_at.desc(), Notice.id)
    )
    own: dict[int, dict[int, Notice]] = {}
    matter: dict[int, dict[int, Notice]] = {}
    for deadline_id, notice in session.execute(asked):
        own.setdefault(deadline_id, {}).setdefault(notice.person_id, notice)
        matter.setdefault(notice.lead_id or 0, {}).setdefault(notice.person_id, notice)
    return {id_: list((own.get(id_) or matter.get(lead_id) or {}).values()) for id_, lead_id in lead_of.items()}


@dataclass(frozen=True, slots=True)
class Task:
    """The next thing the service will do by itself."""

    at: datetime
    words: str


def next_task(session: Session, now: datetime) -> Task:
    """Return the next timed task somebody will hear of: a rung or the digest. Visits to sources come all the time."""
    digest = Task(send_at(digest_day(now) + DAY), "日报")
    rung = session.scalar(select(func.min(Stage.look_at)))
    return min(digest, Task(rung, "时限提醒"), key=lambda task: task.at) if rung is not None else digest


def mail_is_down(session: Session) -> bool:
    """Return whether the latest attempts to send all failed for want of a server that takes the mail."""
    mine = select(Delivery.ok, Delivery.permanent).join(Notice).where(Notice.channel == "email")
    latest = mine.order_by(Delivery.id.desc()).limit(MAIL_DOWN_AFTER)
    found = session.execute(latest).all()
    return len(found) == MAIL_DOWN_AFTER and not any(ok or permanent for ok, permanent in found)


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands at the top of every page. `alarms` are the sentences that make the service untrustworthy."""

    office: str
    demo: bool
    mail_address: str | None
    telephone: str | None
    officers: tuple[str, ...]
    shift_ends: datetime | None
    clock_at: datetime | None
    working: int
    troubled: int
    open_cases: int
    open_leads: int
    mails_waiting: int
    alarms: tuple[str, ...]
    season: str | None = None
    """The 敏感时期 of today with its days and its raised level, in words; `season_brief` is the same, shorter."""
    season_brief: str | None = None


def bar(session: Session, now: datetime, *, notices: bool) -> Bar:
    """Return the bar of every page; `notices` says whether a notice channel is configured at all."""
    clock = heartbeats(session).get("clock")
    quiet = silence(session, now)
    demo = bool(fact(session, "demo", False))
    level = raised_on(session, beijing_day(now))
    return Bar(
        office=fact(session, "name", "") or "",
        demo=demo,
        mail_address=fact(session, "demo_mail_url") if demo else None,
        telephone=fact(session, "telephone"),
        officers=tuple(person.name for person in on_duty(session, "duty_officer", now)),
        shift_ends=shift_ends(session, now),
        clock_at=clock.at if clock else None,
        working=quiet.working,
        troubled=len(quiet.troubled),
        open_cases=_count(session, Case, Case.state != str(CaseState.CLOSED)),
        open_leads=_count(session, Lead, Lead.state == "open"),
        mails_waiting=_count(session, Inbound, Inbound.waits),
        alarms=tuple(_alarms(session, now, clock.at if clock else None, notices)),
        season=season_words(session, beijing_day(now)),
        season_brief=level.brief if level else None,
    )


def _count(session: Session, table: type[Case] | type[Lead] | type[Inbound], where: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(where)) or 0  # type: ignore[arg-type]


def _alarms(session: Session, now: datetime, clock_at: datetime | None, notices: bool) -> Iterable[str]:
    if not notices:
        yield "没有可用的通知渠道：时限到了不会通知任何人。请系统管理员设置 SMTP_URL 并重启，再用 huiying doctor 检查。"
    if clock_at is None:
        yield "时钟进程从未运行：时限到了不会通知任何人。请系统管理员启动 huiying clock。"
    elif now - clock_at > CLOCK_SILENT:
        yield "时钟进程已停止：时限到了不会通知任何人。请系统管理员检查 huiying clock。"
    if notices and mail_is_down(session):
        yield "发信服务器连续拒收：通知正在重试，请先打电话告知承办单位，并请系统管理员检查发信服务器。"
