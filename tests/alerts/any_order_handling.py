"""What people do to cases in any order: graded, handed over, returned, merged, transferred, corrected."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import select

from domain.case import CaseState, Grade, Level
from store import acts, assignments, calls, db, deadlines, merging, regrading, returns
from store.tables.cases import Case, Deadline
from store.tables.handling import Bounce, Transfer
from store.tables.notices import Notice
from store.tables.people import Person, Unit

PICK = st.integers(0, 99)
GRADES = st.sampled_from((*Grade, None))
OPEN = select(Case.id).where(Case.state != str(CaseState.CLOSED))


class Handling(RuleBasedStateMachine):
    """Acts on cases. What a person may not do is refused in words and changes nothing."""

    now: datetime

    @rule(pick=PICK, grade=GRADES)
    def grades(self, pick: int, grade: Grade | None) -> None:
        """The competent unit grades the emergency, or says that it is none."""
        self.on_case(pick, lambda s, c, p: regrading.grade(s, c, grade, "市应急局〔2026〕1号", p, self.now))

    @rule(pick=PICK, level=st.sampled_from(Level))
    def changes_the_level(self, pick: int, level: Level) -> None:
        """Somebody changes the level of a matter."""
        self.on_case(pick, lambda s, c, p: regrading.change_level(s, c, level, "传播加快", p, self.now))

    @rule(pick=PICK, minutes=st.sampled_from((10, 200, 4000)))
    def corrects_the_start(self, pick: int, minutes: int) -> None:
        """Somebody learns when it really happened."""
        said = {"occurred_at": self.now - timedelta(minutes=minutes), "first_posted_at": None, "why": "现场记录"}
        self.on_case(pick, lambda s, c, p: regrading.correct_start(s, c, p, self.now, **said))

    @rule(pick=PICK, to=PICK)
    def hands_over(self, pick: int, to: int) -> None:
        """The office gives a matter to another unit."""
        self.on_case(pick, lambda s, c, p: assignments.reassign(s, c, self._unit(s, to), "职责调整", p, self.now))

    @rule(pick=PICK)
    def a_unit_asks_to_be_relieved(self, pick: int) -> None:
        """The unit says that a matter is none of its own."""

        def ask(session: Any, case: Case, person: Person) -> None:
            returns.ask(session, case, returns.Asked(case.unit, self.now, "电话", "不属本科职责"), person, self.now)

        self.on_case(pick, ask)

    @rule(pick=PICK, accepted=st.booleans(), to=PICK)
    def the_office_decides(self, pick: int, accepted: bool, to: int) -> None:
        """The office accepts or refuses what a unit asked."""
        if bounce := self._one(select(Bounce.id).where(Bounce.decided_at.is_(None)), pick):
            with suppress(ValueError), db.transaction() as session:
                found, person = session.get_one(Bounce, bounce), self._officer(session)
                if accepted:
                    returns.accept(session, found, "同意", person, self.now, self._unit(session, to))
                else:
                    returns.refuse(session, found, "属于本科", person, self.now)

    @rule(pick=PICK, into=PICK)
    def merges(self, pick: int, into: int) -> None:
        """Two matters turn out to be one."""
        if other := self._one(OPEN, into):
            self.on_case(pick, lambda s, c, p: merging.merge(s, c, s.get_one(Case, other), "同一起事件", p, self.now))

    @rule(pick=PICK)
    def transfers(self, pick: int) -> None:
        """A matter is sent to another department; its clocks run on."""
        self.on_case(
            pick, lambda s, c, p: acts.transfer(s, c, acts.Handed("市教育局", "属其职责", self.now), p, self.now)
        )

    @rule(pick=PICK)
    def a_receipt_comes(self, pick: int) -> None:
        """The other department confirms: now the clocks stop."""
        if sent := self._one(select(Transfer.id).where(Transfer.receipt_at.is_(None)), pick):
            with suppress(ValueError), db.transaction() as session:
                found = session.get_one(Transfer, sent)
                acts.receive(session, found, "教收〔2026〕7号", self.now, self._officer(session), self.now)

    @rule(pick=PICK)
    def extends(self, pick: int) -> None:
        """Somebody asks for more time, which few rules know."""
        if found := self._one(select(Deadline.id).where(Deadline.state == "open"), pick):
            with suppress(ValueError), db.transaction() as session:
                person = self._officer(session)
                deadlines.extend(session, session.get_one(Deadline, found), self.now, person.id, "情况复杂")

    @rule(pick=PICK, result=st.sampled_from(tuple(calls.RESULTS)))
    def telephones(self, pick: int, result: str) -> None:
        """The duty officer makes a call that waits."""
        if call := self._one(select(Notice.id).where(Notice.channel == "phone", Notice.state == "pending"), pick):
            with suppress(ValueError), db.transaction() as session:
                calls.note(session, session.get_one(Notice, call), result, self.now, "person-1")

    def on_case(self, pick: int, act: Any) -> None:
        """Do something to one of the open cases, if there is any."""
        if found := self._one(OPEN, pick):
            with suppress(ValueError), db.transaction() as session:
                act(session, session.get_one(Case, found), self._officer(session))

    def _one(self, asked: Any, pick: int) -> int | None:
        """Return one of the ids asked for, the same for the same `pick`."""
        with db.reading() as session:
            found = sorted(session.scalars(asked))
        return found[pick % len(found)] if found else None

    def _officer(self, session: Any) -> Person:
        return session.scalars(select(Person).where(Person.name == "值班员A")).one()

    def _unit(self, session: Any, pick: int) -> Unit:
        units = session.scalars(select(Unit).order_by(Unit.id)).all()
        return units[pick % len(units)]
