"""消费预警: looking for surges of complaints, drafting a warning or letting one grow, and its way to being cleared."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from domain import surge
from domain.org import Org
from domain.surge import Series, Surge
from domain.warning import Facts, State, check_step, check_text, draft_text, draft_title, usual
from store import complaints, journal, people
from store.articles import verdict_of
from store.db import hold
from store.office import fact
from store.tables.articles import Article
from store.tables.opinion import SurgeWarning, WarningArticle
from store.tables.people import Person, Unit
from store.tables.watches import Watch

SAME = 0.5
"""A surge of which so many complaints stand in another warning already is that warning's."""
_FOLDED = ("topic",)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found: warnings newly drafted, and those that grew."""

    drafted: tuple[SurgeWarning, ...] = ()
    grown: tuple[SurgeWarning, ...] = ()


def look(session: Session, now: datetime, org: Org | None = None) -> Look:
    """Draft a warning for every new surge at `now`, let those known grow; the same look twice changes nothing."""
    rule, first = surge.rule(), complaints.first_at(session)
    weeks = surge.weeks_of(first, now, rule) if first else 0
    if not weeks:
        return Look()
    counted = complaints.counted(session, surge.windows(now, weeks))
    drafted, grown = [], []
    # A 专题 says more exactly than a topic what it is about, so it comes first.
    for found in sorted(surge.surges(counted.counts, rule), key=lambda one: one.series.kind in _FOLDED):
        ids = counted.now[found.series]
        known = _known(session, found.series, ids, now - timedelta(days=rule.cool_days))
        if known is None:
            drafted.append(_draft(session, found, ids, org, now))
        elif _grow(session, known, found, ids, now):
            grown.append(known)
    return Look(tuple(drafted), tuple(grown))


def _known(session: Session, series: Series, ids: frozenset[int], since: datetime) -> SurgeWarning | None:
    """Return the warning a surge belongs to: of the same subject, or with half of its complaints, in the cool-down."""
    recent = select(SurgeWarning).where(SurgeWarning.grown_at > since).order_by(SurgeWarning.id.desc())
    for row in session.scalars(recent):
        mine = select(WarningArticle.article_id).where(WarningArticle.warning_id == row.id)
        shared = len(ids & set(session.scalars(mine)))
        if (row.kind, row.subject) == (series.kind, series.subject) or shared >= SAME * len(ids):
            return row
    return None


def _draft(session: Session, found: Surge, ids: frozenset[int], org: Org | None, now: datetime) -> SurgeWarning:
    unit = consumer_unit(session, org)
    row = SurgeWarning(
        kind=found.series.kind,
        subject=found.series.subject,
        name=_name(session, found.series),
        place=found.series.place,
        start_at=now - surge.LENGTH,
        unit_id=unit.id if unit else None,
        state=str(State.DRAFT),
        drafted_at=now,
        words="",
    )
    _measure(row, found, now)
    row.title = row.text = ""
    session.add(row)
    session.flush()
    _join(session, row, ids)
    _write(session, row)
    facts = {"count": found.count, "before": found.before, "weeks": found.weeks, "articles": len(ids)}
    journal.record(session, "system", "draft_warning", f"warning-{row.id}", now, **facts)
    return row


def _grow(session: Session, row: SurgeWarning, found: Surge, ids: frozenset[int], now: datetime) -> bool:
    """Let a warning take in what is new of its surge; False where nothing is. A text a person wrote stays as it is."""
    fresh = _join(session, row, ids)
    if not fresh:
        return False
    if found.count > row.peak:
        _measure(row, found, now)
    row.end_at = row.grown_at = now
    if row.state == State.DRAFT and row.edited_by is None:
        _write(session, row)
    session.flush()
    journal.record(session, "system", "grow_warning", f"warning-{row.id}", now, articles=fresh, peak=row.peak)
    return True


def _measure(row: SurgeWarning, found: Surge, now: datetime) -> None:
    row.peak, row.expected, row.chance, row.weeks = found.count, found.expected, found.chance, found.weeks
    row.end_at = row.grown_at = row.changed_at = now
    row.reasons = reasons(found)


def reasons(found: Surge) -> list[dict[str, object]]:
    """Return why a surge is one, in the words of the screen."""
    rule = surge.rule()
    said = (
        f"24小时内{found.count}件",
        f"{usual(found.expected)}（前{found.weeks}周同一时段共{found.before}件）",
        f"纯属偶然的机会{surge.one_in(found.chance)}（全局每天误报不超过{rule.false_alarms_a_day:.0%}）",
    )
    return [{"words": words, "weight": 0.0, "about": "surge", "span": None} for words in said]


def _join(session: Session, row: SurgeWarning, ids: Iterable[int]) -> int:
    known = set(session.scalars(select(WarningArticle.article_id).where(WarningArticle.warning_id == row.id)))
    fresh = sorted(set(ids) - known)
    session.add_all(WarningArticle(warning_id=row.id, article_id=id_) for id_ in fresh)
    session.flush()
    return len(fresh)


def _write(session: Session, row: SurgeWarning) -> None:
    """Write the proposed title and wording."""
    facts = facts_of(session, row)
    row.title, row.text = draft_title(facts), draft_text(facts)
    session.flush()


def facts_of(session: Session, row: SurgeWarning) -> Facts:
    """Return the facts of a warning as they are now."""
    return Facts(
        subject=row.name,
        place=row.place,
        start=row.start_at,
        end=row.end_at,
        total=total(session, row.id),
        peak=row.peak,
        expected=row.expected,
        places=tuple(places(session, row.id)),
        office=fact(session, "name") or "本局",
    )


def _name(session: Session, series: Series) -> str:
    watch = session.get(Watch, int(series.subject)) if series.kind == "watch" else None
    return watch.name if watch else series.subject


def consumer_unit(session: Session, org: Org | None) -> Unit | None:
    """Return the unit whose duties are those of protecting consumers, by the duty words of the office's template."""
    words = surge.duty_words()
    weights = {unit.name: sum(unit.words.get(word, 0.0) for word in words) for unit in org.units} if org else {}
    best = max(weights, key=lambda name: weights[name], default="")
    known = best if weights.get(best) else None
    return people.unit_named(session, known, org.fallback if org else None)


def listed(session: Session) -> list[SurgeWarning]:
    """Return all warnings, the latest drafted first."""
    asked = select(SurgeWarning).options(joinedload(SurgeWarning.unit))
    return list(session.scalars(asked.order_by(SurgeWarning.drafted_at.desc(), SurgeWarning.id.desc())))


def totals(session: Session) -> dict[int, int]:
    """Return on how many complaints each warning rests, by its id."""
    asked = select(WarningArticle.warning_id, func.count()).group_by(WarningArticle.warning_id)
    return {id_: many for id_, many in session.execute(asked)}  # noqa: C416, rows are no pairs to mypy


def total(session: Session, warning_id: int) -> int:
    """Return on how many complaints a warning rests."""
    return session.scalar(select(func.count()).where(WarningArticle.warning_id == warning_id)) or 0


def articles(session: Session, warning_id: int, limit: int, offset: int = 0) -> list[Article]:
    """Return the complaints a warning rests on, the newest first."""
    asked = (
        select(Article)
        .join(WarningArticle, WarningArticle.article_id == Article.id)
        .where(WarningArticle.warning_id == warning_id)
        .options(joinedload(Article.source))
    )
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    return list(session.scalars(asked.order_by(at.desc(), Article.id.desc()).limit(limit).offset(offset)))


def places(session: Session, warning_id: int) -> list[tuple[str, int]]:
    """Return the places the complaints of a warning name with how many name each, the most named first."""
    asked = (
        select(Article)
        .join(WarningArticle, WarningArticle.article_id == Article.id)
        .where(WarningArticle.warning_id == warning_id)
        .options(joinedload(Article.judged))
    )
    verdicts = (verdict_of(article) for article in session.scalars(asked).unique())
    named = Counter(place for verdict in verdicts if verdict for place in dict.fromkeys(verdict.place))
    return sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))


def edit(
    session: Session, row: SurgeWarning, title: str, text: str, person: Person, now: datetime, *, submit: bool = False
) -> None:
    """Keep a person's wording of a draft, and submit it (送审). ValueError where it has gaps or is no draft."""
    hold(session, row)
    if row.state != State.DRAFT:
        raise ValueError(f"现在是“{State(row.state).label}”，不能改；要改请先退回修改")
    row.title, row.text = check_text(title, text, whole=submit)
    row.edited_by, row.changed_at = person.id, now
    journal.record(session, f"person-{person.id}", "edit_warning", f"warning-{row.id}", now)
    if submit:
        step(session, row, State.SUBMITTED, person, now)


def step(
    session: Session,
    row: SurgeWarning,
    to: State,
    person: Person,
    now: datetime,
    words: str = "",
    *,
    secret: bool = True,
) -> None:
    """Take a warning to its next state: cleared by who reviews it, sent back or dismissed with a reason, drafted again.

    `secret` says that it was reviewed for secrets (公开前保密审查). ValueError says what is missing.
    """
    hold(session, row)
    check_step(State(row.state), to)
    said = words.strip()[:2000]
    if to is State.DISMISSED and not said:
        raise ValueError("请写明为什么不发布")
    if to is State.DRAFT and row.state != State.DISMISSED and not said:
        raise ValueError("请写明退回修改的原因")
    if to is State.CLEARED and not secret:
        raise ValueError("公开之前要作保密审查，请确认后再通过")
    if to is State.CLEARED:
        row.cleared_at, row.cleared_by = now, person.id
    row.state, row.words, row.changed_at = str(to), said, now
    facts = {"state": str(to)}
    journal.record_words(session, f"person-{person.id}", "step_warning", f"warning-{row.id}", now, said, facts)
