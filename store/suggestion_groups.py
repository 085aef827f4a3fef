"""归并类: suggestions moved, groups merged and split with a way back through the journal, decisions on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.consultation import LONGEST_REASON, LONGEST_TITLE, Answered, Decision, check_decision
from store import journal
from store.consultations import most
from store.db import hold
from store.tables.journal import JournalEntry
from store.tables.opinion import Consultation, Suggestion, SuggestionGroup
from store.tables.people import Person

MOVED, UNDONE = "regroup_suggestions", "undo_suggestions"


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its suggestions, in the order they came."""

    row: SuggestionGroup
    suggestions: tuple[Suggestion, ...]

    @property
    def count(self) -> int:
        """How many suggestions it has."""
        return len(self.suggestions)

    @property
    def grown(self) -> int:
        """How many came after the decision."""
        return self.count - self.row.decided_count if self.row.decided_count is not None else 0

    def answered(self) -> Answered:
        """Return the group as it is published. Only for one that is decided."""
        return Answered(self.row.title, self.count, Decision(str(self.row.decision)), self.row.reason)


def listed(session: Session, consultation_id: int) -> list[Group]:
    """Return the groups of a consultation that have suggestions, the largest first."""
    asked = select(Suggestion).where(Suggestion.consultation_id == consultation_id, Suggestion.group_id.is_not(None))
    by_group: dict[int, list[Suggestion]] = {}
    for one in session.scalars(asked.order_by(Suggestion.id)):
        by_group.setdefault(one.group_id or 0, []).append(one)
    rows = session.scalars(select(SuggestionGroup).where(SuggestionGroup.id.in_(by_group)))
    found = [Group(row, tuple(by_group[row.id])) for row in rows]
    return sorted(found, key=lambda group: (-group.count, group.row.id))


def make(session: Session, consultation: Consultation, title: str, *, named: bool = False) -> SuggestionGroup:
    """Make an empty group and return it."""
    made = SuggestionGroup(consultation_id=consultation.id, title=title[:LONGEST_TITLE], named=named, reason="")
    session.add(made)
    session.flush()
    return made


def place(
    session: Session, row: Consultation, placed: Iterable[tuple[int, int | None, int, str]]
) -> dict[int, SuggestionGroup]:
    """Put suggestions where the system proposes, each (id, group, opener of a new group, why); return the new groups.

    One that a person put somewhere meanwhile stays there.
    """
    hold(session, row)
    opened: dict[int, SuggestionGroup] = {}
    for id_, group_id, opener, why in placed:
        one = session.get_one(Suggestion, id_)
        if one.group_id is not None:
            continue
        if group_id is None:
            if opener not in opened:
                opened[opener] = make(session, row, session.get_one(Suggestion, opener).text.splitlines()[0])
            group_id = opened[opener].id
        one.group_id, one.why = group_id, why
    session.flush()
    return opened


def move(
    session: Session, row: Consultation, ids: Iterable[int], to: SuggestionGroup | None, by: str, now: datetime
) -> SuggestionGroup:
    """Put suggestions into a group, or into a new one, and return it; the journal keeps where each was before.

    ValueError where nothing is to be moved, or the group belongs to another consultation.
    """
    hold(session, row)
    wanted = select(Suggestion).where(Suggestion.consultation_id == row.id, Suggestion.id.in_(list(ids)))
    chosen = [one for one in session.scalars(wanted.order_by(Suggestion.id)) if to is None or one.group_id != to.id]
    if not chosen:
        raise ValueError("请先选择要移动的意见")
    if to is not None and to.consultation_id != row.id:
        raise ValueError("这一类不属于这次征求意见")
    target = to or make(session, row, chosen[0].text.splitlines()[0])
    moves = [[one.id, one.group_id, target.id] for one in chosen]
    _put(session, {one.id: target.id for one in chosen})
    journal.record(session, by, MOVED, f"consultation-{row.id}", now, moves=moves)
    return target


def merge(
    session: Session, row: Consultation, group: SuggestionGroup, into: SuggestionGroup, by: str, now: datetime
) -> None:
    """Put all suggestions of one group into another. ValueError where they are one and the same."""
    if group.id == into.id:
        raise ValueError("请选择另一类来合并")
    ids = session.scalars(select(Suggestion.id).where(Suggestion.group_id == group.id)).all()
    move(session, row, ids, into, by, now)


def _put(session: Session, places: dict[int, int | None]) -> None:
    for one in session.scalars(select(Suggestion).where(Suggestion.id.in_(places))):
        one.group_id, one.why = places[one.id], ""
    session.flush()


def last_move(session: Session, consultation_id: int) -> JournalEntry | None:
    """Return the latest change of groups that was not taken back; None where there is nothing to take back."""
    asked = select(JournalEntry).where(
        JournalEntry.object == f"consultation-{consultation_id}", JournalEntry.action.in_((MOVED, UNDONE))
    )
    undone: set[int] = set()
    for entry in session.scalars(asked.order_by(JournalEntry.seq.desc())):
        if entry.action == UNDONE:
            undone.add(int(entry.facts["entry"]))
        elif entry.seq not in undone:
            return entry
    return None


def undo(session: Session, row: Consultation, seq: int, by: str, now: datetime) -> int:
    """Take back the latest change of groups and return how many suggestions went back.

    ValueError where `seq` is not the latest any more: somebody else has changed groups meanwhile.
    """
    hold(session, row)
    entry = last_move(session, row.id)
    if entry is None or entry.seq != seq:
        raise ValueError("分类刚被别人改过，请刷新后再撤销")
    moves: Sequence[Sequence[int | None]] = entry.facts["moves"]
    _put(session, {int(id_ or 0): old for id_, old, _ in moves})
    if any(old is None for _, old, _ in moves):
        row.group_at = now
    journal.record(session, by, UNDONE, f"consultation-{row.id}", now, entry=entry.seq)
    return len(moves)


def name(session: Session, group: SuggestionGroup, title: str, by: str, now: datetime) -> None:
    """Word what a group asks for. ValueError where nothing is said."""
    said = " ".join(title.split())
    if not said or len(said) > LONGEST_TITLE:
        raise ValueError(f"请概括这一类意见（{LONGEST_TITLE}字以内）")
    if said != group.title:
        group.title, group.named = said, True
        journal.record(session, by, "name_group", f"consultation-{group.consultation_id}", now, group=group.id)


def decide(
    session: Session, group: SuggestionGroup, decision: Decision, reason: str, person: Person, now: datetime
) -> None:
    """Write what becomes of a group. ValueError where a rejected group is 相对集中 and no reason is given."""
    hold(session, group)
    counted = select(func.count()).where(Suggestion.group_id == group.id)
    count, said = session.scalar(counted) or 0, reason.strip()[:LONGEST_REASON]
    check_decision(decision, said, count, most(session))
    group.decision, group.reason = str(decision), said
    group.decided_at, group.decided_by, group.decided_count = now, person.id, count
    facts = {"group": group.id, "decision": str(decision), "count": count}
    about = f"consultation-{group.consultation_id}"
    journal.record_words(session, f"person-{person.id}", "decide_group", about, now, said, facts)
