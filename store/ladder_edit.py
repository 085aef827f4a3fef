"""Editing the office's own tables: checked, written with who and why, and every duty that runs follows at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from domain.chase_table import checked_chases
from domain.escalation import Ladders
from domain.ladder_change import Change, Running, Standing, follow, opened_at
from domain.ladder_rules import UNCONFIRMED
from domain.ladder_table import checked_ladders
from domain.table_text import tidied
from store import journal
from store.ladders import LOCK, TABLES, forget, kept, ladders_of, own_text, packaged_text, text_of
from store.office import set_fact
from store.tables.cases import Deadline, Lead, Stage
from store.tables.notices import Notice

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Effect:
    """What an edited table does to what runs.

    `running` are the open duties whose ladder it changes (for the other table: notices that wait for 签收), `changed`
    those of them whose rungs get other times; rungs that were moved, added, ended.
    """

    running: int = 0
    changed: int = 0
    moved: int = 0
    added: int = 0
    cancelled: int = 0


def effect_words(table: str, effect: Effect) -> str:
    """Return an effect in one sentence."""
    if table != "ladder":
        waiting = f"有 {effect.running} 条通知正在等签收" if effect.running else "现在没有通知在等签收"
        return f"{waiting}：已经定下的查看时间不变，之后按新表。"
    if not effect.running:
        return "没有在办时限受影响。"
    kinds = ((effect.moved, "移动"), (effect.added, "增加"), (effect.cancelled, "取消"))
    how = "、".join(f"{words} {count} 个节点" for count, words in kinds if count)
    times = (
        f"其中 {effect.changed} 项还没通知的节点有变：{how}"
        if effect.changed
        else "通知时间都不变，只是内容或通知的人有变"
    )
    return f"在办时限 {effect.running} 项按新表通知，{times}。到期时间不变，已经通知的不再通知。"


def save(
    session: Session, table: str, said: str, by: str, now: datetime, *, reason: str, seen: str | None = None
) -> Effect:
    """Let a text be the office's own copy of a table and return what became of what runs.

    In the same transaction the rungs to come of every open duty are brought to the new ladder; no due time changes.
    The packaged text takes the copy away. `seen` is the digest of the text the editor began with. ValueError, in the
    user's words: Faulty names every fault of the text; without a reason, without a change, or where somebody else
    saved meanwhile, nothing is written.
    """
    said = check(table, said)
    _alone(session)
    if seen is not None and seen != digest(text_of(session, table)):
        raise ValueError(f"{TABLES[table]}刚被别人改过，这次没有保存：请打开新的一份，把改动写进去再保存")
    if said == text_of(session, table):
        raise ValueError("内容没有改动")
    return _put(session, table, None if said == packaged_text(table) else said, by, now, reason)


def reset(session: Session, table: str, by: str, now: datetime, *, reason: str) -> Effect:
    """Take the office's own copy away and return what became of what runs. ValueError where it has none."""
    _alone(session)
    if own_text(session, table) is None:
        raise ValueError(f"本单位没有改过{TABLES[table]}")
    return _put(session, table, None, by, now, reason)


def check(table: str, said: str) -> str:
    """Return a text as it would be kept. Faulty (ValueError) names everything that is wrong with it."""
    said = tidied(said)
    if table == "ladder":
        checked_ladders(said)
    else:
        checked_chases(said)
    return said


def effect_of(session: Session, table: str, said: str, now: datetime) -> Effect:
    """Return what saving a text would do to what runs; writes nothing. Faulty names everything that is wrong."""
    said = check(table, said)
    if table != "ladder":
        return _waiting(session)
    return _effect([change for _, change in _changes(session, ladders_of(session), checked_ladders(said), now)])


def digest(said: str) -> str:
    """Return the SHA-256 of a text as 64 hex digits: what the journal keeps of a table."""
    return sha256(said.encode()).hexdigest()


def _alone(session: Session) -> None:
    """Hold the matters whose duties run, then the tables: nobody tells or writes a rung by the table of before.

    Matters come first, in the order of their numbers, as everybody else holds them before writing rungs; so nobody
    waits in a circle. An SQLite writer is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        open_ = select(Deadline.lead_id).where(Deadline.state == "open")
        matters = select(Lead.id).where(Lead.id.in_(open_)).order_by(Lead.id).with_for_update(key_share=True)
        session.execute(matters).all()
        session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        session.execute(matters).all()  # Those that came meanwhile.
    forget(session)


def _put(session: Session, table: str, said: str | None, by: str, now: datetime, reason: str) -> Effect:
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise ValueError("请写明修改的理由")
    before, old = text_of(session, table), ladders_of(session)
    value = {"text": said, "reason": reason, "by": by, "at": now.isoformat()}
    set_fact(session, table, value | ({"titles": _titles(session)} if table == "ladder" else {}))
    forget(session)
    done = _rewritten(session, old, now) if table == "ladder" else _waiting(session)
    after = said or packaged_text(table)
    counts = {"running": done.running, "moved": done.moved, "added": done.added, "cancelled": done.cancelled}
    action = f"{'set' if said else 'reset'}_{table}"
    digests = {"before": digest(before), "after": digest(after)}
    journal.record(session, by, action, f"table-{table}", now, **digests, **counts)
    return done


def _titles(session: Session) -> dict[str, dict[str, str]]:
    """Return the titles of all rungs there ever were in this office: what was told by them is still shown."""
    before = kept(session, "ladder").get("titles") or {}
    now = {name: {rung.rung: rung.title for rung in rungs} for name, rungs in ladders_of(session).items()}
    return {name: {**before.get(name, {}), **now.get(name, {})} for name in {*before, *now}}


def _waiting(session: Session) -> Effect:
    """Return how many notices wait for 签收: the time at which each is looked at next stays, then the table counts."""
    asked = select(func.count()).where(Notice.chase_at.is_not(None), Notice.ack_at.is_(None))
    return Effect(running=session.scalar(asked) or 0)


def _rewritten(session: Session, old: Ladders, now: datetime) -> Effect:
    """Bring the rungs to come of every open duty to the ladders in force, in a few statements however many they are."""
    found = list(_changes(session, old, ladders_of(session), now))
    cancel = [{"id": id_, "state": "cancelled", "look_at": None} for _, change in found for id_ in change.cancel]
    move = [
        {"id": id_, "due_at": at, "look_at": at, "attempts": 0}
        for _, change in found
        for id_, at in change.move.items()
    ]
    add = [
        {"deadline_id": id_, "rung": rung, "turn": turn, "due_at": at, "look_at": at}
        for id_, change in found
        for rung, turn, at in change.add
    ]
    session.flush()
    for statement, values in ((update(Stage), cancel), (update(Stage), move), (insert(Stage), add)):
        if values:
            session.execute(statement, values)
    session.expire_all()
    return _effect([change for _, change in found])


def _changes(session: Session, old: Ladders, new: Ladders, now: datetime) -> Iterator[tuple[int, Change]]:
    """Yield (id, what becomes of its rungs) of the open duties whose ladder is another one now."""
    edited = Deadline.ladder.in_([name for name in new if new[name] != old.get(name)]), Deadline.state == "open"
    stages: dict[int, list[Standing]] = defaultdict(list)
    columns = (Stage.deadline_id, Stage.id, Stage.rung, Stage.turn, Stage.due_at, Stage.state)
    asked = select(*columns).join(Deadline).where(*edited).order_by(Stage.due_at, Stage.id)
    for row in session.execute(asked):
        stages[row.deadline_id].append(Standing(row.id, row.rung, row.turn, row.due_at, row.state))
    duties = select(Deadline, Lead.quiet).join(Lead, Lead.id == Deadline.lead_id).where(*edited).order_by(Deadline.id)
    for deadline, quiet in session.execute(duties, execution_options={"populate_existing": True}):
        if _has_rungs(deadline, quiet=quiet):
            yield deadline.id, _change(deadline, stages[deadline.id], old, new, now)


def _has_rungs(deadline: Deadline, *, quiet: bool) -> bool:
    """Return whether a duty has a ladder to follow: one found late on its document is told once, a quiet lead never."""
    once = deadline.found_late and deadline.handle_by is None
    return not once and not (quiet and deadline.ladder in UNCONFIRMED)


def _change(deadline: Deadline, standing: Sequence[Standing], old: Ladders, new: Ladders, now: datetime) -> Change:
    opened = opened_at(standing, deadline.start_at)
    start = opened if deadline.found_late else deadline.start_at
    running = Running(deadline.ladder, start, deadline.handle_by or deadline.due_at, opened)
    return follow(running, standing, old.get(deadline.ladder, ()), new[deadline.ladder], now)


def _effect(changes: Sequence[Change]) -> Effect:
    return Effect(
        running=len(changes),
        changed=sum(map(bool, changes)),
        moved=sum(len(change.move) for change in changes),
        added=sum(len(change.add) for change in changes),
        cancelled=sum(len(change.cancel) for change in changes),
    )
