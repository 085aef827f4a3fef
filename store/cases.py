"""Cases: what was released, what stops which clock, and the timeline."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import CaseState, may_become, number_text
from domain.handling import CONFERENCES
from domain.outlets import WEBSITE
from store import deadlines, journal, outlets, publishing, warnings
from store.channels import handed
from store.db import hold
from store.entries import Entry, handled, merged_cases
from store.ladders import rung_for
from store.limits import rule_for
from store.tables.articles import Article
from store.tables.cases import Case, Deadline, Lead, Release, Stage
from store.tables.notices import Notice
from store.tables.office import Outlet
from store.tables.people import DutyEntry, Person

UNREGISTERED = "（未登记渠道）"


@dataclass(frozen=True, slots=True)
class Act:
    """What was done outside: `kind` release, conference, reply or copy (网站同步); `at` the actual time of the act.

    `outlet_id` is the registered outlet that was chosen; without one the link, then the name in `channel` tells it.
    """

    kind: str
    at: datetime
    channel: str
    publisher: str
    link: str | None = None
    note: str | None = None
    form: str | None = None
    host: str | None = None
    speaker: str | None = None
    outlet_id: int | None = None
    final: bool = False
    """终报: the last release of the matter; no further one is asked for."""


def record_release(
    session: Session, case: Case, act: Act, person: Person, now: datetime, deadline: Deadline | None = None
) -> Release:
    """Record a release, a press conference or a reply (登记发布, 补录 included) and stop the clock it meets.

    The clock stops at the actual time of the act, not at that of the entry; both are kept. It stops on an outlet nobody
    registered too. Without `deadline` the case's open duty that asks for this kind is met. Where the matter asks for
    it, the next release is asked for until one is marked 终报. ValueError says what is missing.
    """
    outlet = outlets.chosen(session, act.outlet_id, act.channel, act.link, act.kind)
    _check(act, outlet, now)
    hold(session, case.lead, case)
    if act.kind == "copy" and not outlets.owed_copies(session, case):
        raise ValueError("没有要同步到网站的发布；如果这就是发布，请登记为“发布”，时限才会停止")
    if act.at < case.t0.replace(second=0, microsecond=0):  # People enter minutes.
        raise ValueError("实际时间早于事项的起算时间，请核对日期；内容没有登记")
    if deadline is not None and deadline.case_id != case.id:
        raise ValueError("这项时限不属于这个事项")
    if deadline is None or not publishing.later(deadline, act.at):
        deadline = next((one for one in case.deadlines if _asks_for(one, act)), None)
    release = _release_of(case, act, outlet, deadline)
    release.recorded_at, release.recorded_by, release.check_at = now, person.id, now if act.link else None
    session.add(release)
    session.flush()
    session.refresh(case, ["releases"])
    facts = {"release": release.id, "at": act.at, "outlet": release.outlet_id}
    journal.record(session, f"person-{person.id}", "record_release", f"case-{case.id}", now, **facts)
    if deadline is not None:
        deadlines.meet(session, deadline, act.at, now, person.id, act.kind)
    if act.final and act.kind == "release":
        case.final_at = act.at
    publishing.settle_next(session, case, person, now)
    advance(session, case, CaseState.RELEASED, person, now)
    return release


def _release_of(case: Case, act: Act, outlet: Outlet | None, deadline: Deadline | None) -> Release:
    return Release(
        case_id=case.id,
        deadline_id=deadline.id if deadline else None,
        kind=act.kind,
        published_at=act.at,
        channel=outlet.name if outlet else act.channel.strip(),
        outlet_id=outlet.id if outlet else None,
        publisher=act.publisher.strip(),
        link=act.link,
        note=act.note,
        form=act.form,
        host=act.host,
        speaker=act.speaker,
    )


def correct_link(session: Session, release: Release, link: str, person: Person, now: datetime) -> None:
    """Write the right link of a release, to be fetched at once; what it stopped stays stopped.

    ValueError where it is no web address.
    """
    hold(session, release.case.lead, release)
    if not link.startswith(("http://", "https://")):
        raise ValueError("链接应以 http:// 或 https:// 开头")
    release.link, release.check_at, release.attempts = link, now, 0
    release.check_ok, release.check_words = None, None
    about = f"case-{release.case_id}"
    journal.record(session, f"person-{person.id}", "correct_link", about, now, release=release.id)


def _asks_for(deadline: Deadline, act: Act) -> bool:
    """Return whether an open duty asks for this act."""
    asks = deadline.state == "open" and rule_for(deadline).met_by == act.kind
    return asks and publishing.later(deadline, act.at)


def _check(act: Act, outlet: Outlet | None, now: datetime) -> None:
    """Raise ValueError in the user's words for an act that cannot be recorded."""
    if act.at > now:
        raise ValueError("实际时间不能晚于现在")
    if act.kind == "conference" and act.form is not None and act.form not in CONFERENCES:
        raise ValueError("请选择发布会的形式")
    if not (outlet or act.channel.strip()) or not act.publisher.strip():
        raise ValueError("请写明渠道和发布单位")
    if act.kind == "copy" and (outlet is None or outlet.kind != WEBSITE):
        raise ValueError("网站同步登记的是门户网站上的发布，请选择门户网站渠道")
    if act.link and not act.link.startswith(("http://", "https://")):
        raise ValueError("链接应以 http:// 或 https:// 开头")


def advance(session: Session, case: Case, state: CaseState, person: Person, now: datetime) -> bool:
    """Move a case forward; False where it stands there or further already."""
    if not may_become(CaseState(case.state), state):
        return False
    case.state = str(state)
    journal.record(session, f"person-{person.id}", "advance", f"case-{case.id}", now, state=str(state))
    return True


def close(session: Session, case: Case, person: Person, now: datetime) -> None:
    """Close a case whose duties are all met or void. ValueError names what is still open."""
    hold(session, case.lead, case)
    open_ = [rule_for(d).title for d in case.deadlines if d.state == "open"]
    if open_:
        raise ValueError(f"还有未办结的时限：{'、'.join(open_)}")
    if advance(session, case, CaseState.CLOSED, person, now):
        case.closed_at = now


def listed(session: Session, state: str = "") -> list[Case]:
    """Return cases, the newest number first; `state` narrows to open (not closed) or one state."""
    asked = select(Case).order_by(Case.year.desc(), Case.number.desc())
    if state == "open":
        asked = asked.where(Case.state != str(CaseState.CLOSED))
    elif state:
        asked = asked.where(Case.state == state)
    return list(session.scalars(asked))


def timeline(session: Session, case: Case) -> list[Entry]:
    """Return all that happened in a case and in those merged into it, newest first.

    Articles, judgement, rungs, notices, 签收, releases, and what was done in between.
    """
    found = [entry for one in (case, *merged_cases(session, case)) for entry in _entries(session, one)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _entries(session: Session, case: Case) -> list[Entry]:
    return [
        *_judgements(session, case),
        *_articles(session, case),
        *_stages(case),
        *_notices(session, case),
        *_releases(case),
        *warnings.entries(session, case.lead_id),
        *handled(session, case),
    ]


def _judgements(session: Session, case: Case) -> list[Entry]:
    lead = case.lead
    who = _entered_by(session, lead)
    words = f"录入线索：{lead.title}" if who else f"提出线索：{lead.title}"
    return [
        Entry(lead.proposed_at, "lead", who or "系统初判", words),
        Entry(case.opened_at, "confirm", case.opener.name, f"确认立项：{number_text(case.year, case.number)}"),
    ]


def _entered_by(session: Session, lead: Lead) -> str:
    """Return who entered a lead by hand; empty where the system proposed it."""
    if not any(reason["about"] == "entered" for reason in lead.reasons):
        return ""
    asked = select(DutyEntry).where(DutyEntry.lead_id == lead.id, DutyEntry.recorded_at == lead.proposed_at)
    written = session.scalars(asked.order_by(DutyEntry.id).limit(1)).first()
    return written.person.name if written else "人工录入"


def _articles(session: Session, case: Case) -> list[Entry]:
    asked = select(Article).where(Article.event_id == case.event_id) if case.event_id else None
    articles = session.scalars(asked).all() if asked is not None else []
    return [
        Entry(
            a.first_seen_at,
            "article",
            a.source.name,
            ("转载：" if a.copy_of else "") + (a.title or a.body[:40]),
            f"/articles/{a.id}",
        )
        for a in articles
    ]


def _stages(case: Case) -> list[Entry]:
    return [
        Entry(
            s.told_at,
            "stage",
            "系统",
            f"{rule_for(d).title} · {rung_for(s).title}" + (" · 无人可通知" if s.nobody else ""),
        )
        for d in case.lead.deadlines
        for s in d.stages
        if s.told_at is not None
    ]


def _notices(session: Session, case: Case) -> list[Entry]:
    found: list[Entry] = []
    shown = set()
    for n in session.scalars(select(Notice).where(Notice.lead_id == case.lead_id).order_by(Notice.id)):
        if n.sent_at:
            found.append(
                Entry(n.sent_at, "notice", n.person.name, f"{handed(n.channel)}：{n.subject}", f"/notices/{n.id}")
            )
        if n.ack_at and (n.person_id, n.ack_at) not in shown:  # One 签收 covers what the person had by other channels.
            shown.add((n.person_id, n.ack_at))
            found.append(Entry(n.ack_at, "ack", n.person.name, f"签收（{n.ack_how}）", f"/notices/{n.id}"))
    return found


def _releases(case: Case) -> list[Entry]:
    return [
        Entry(
            r.published_at,
            "release",
            r.publisher,
            _released(r, case),
            r.link,
            recorded_at=r.recorded_at,
            check=r.check_words,
        )
        for r in case.releases
    ]


def _released(release: Release, case: Case) -> str:
    """Return in words what was published; of a press conference also its form, host and speaker."""
    kinds = {"release": "发布", "conference": release.form or "新闻发布会", "reply": "答复", "copy": "网站同步"}
    known = release.kind != "release" or release.outlet_id is not None
    people = [("主持人", release.host), ("发布人", release.speaker)]
    final = release.kind == "release" and release.published_at == case.final_at
    more = [*(f"{post}{name}" for post, name in people if name), release.note, "终报" if final else None]
    where = f"{kinds.get(release.kind, release.kind)}:{release.channel}{'' if known else UNREGISTERED}"
    return " · ".join([where, *(words for words in more if words)])


def pending_stages(session: Session, deadline: Deadline) -> list[Stage]:
    """Return the rungs of a deadline that are still to come, in time order."""
    return [stage for stage in deadline.stages if stage.state == "pending"]
