"""A duty room in which things happen in any order: what people, clocks, mail servers and crashes can do to a matter."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from alerts_story import confirm, propose
from any_order_entry import Entering
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from invariants import (
    chain_holds,
    due_times_are_journaled,
    every_matter_is_clocked,
    late_rungs,
    nothing_for_ended,
    told_once,
)
from services.ladder_texts import EARLY, LADDER, added, without
from sqlalchemy import select

from alerts import clock
from alerts.channels import Mail, Refused, Retry
from alerts.sender import send_due
from domain.case import CaseState, Level
from domain.regulations import rule as regulation
from store import cases, db, leads, notices
from store.ladder_edit import save
from store.settings import Settings
from store.tables.cases import Case, Deadline, Lead
from store.tables.notices import Notice

T0 = datetime(2026, 9, 30, 15, 40, tzinfo=UTC)
"""23:40 in Beijing on the eve of a week of holidays."""
FEWER = without("last_hour", without("half", EARLY))
MORE = added("again", "due+90m", ladder="suspected", text=added("late", "due+30m", text=added("soon", "due-100m")))
MAIL_IS = ("up", "down", "refuses", "takes and dies", "dies")


class Killed(BaseException):
    """The process ended in the middle of what it did."""


class DutyRoom(Entering):
    """One office, one clock. `fresh` is set by the test: it gives the address of a fresh copy of the office."""

    fresh: Callable[[], str]
    settings_of_office: Settings

    def __init__(self) -> None:
        super().__init__()
        self.now = T0
        self.mail = "up"
        self.arrived: Counter[str] = Counter()
        self.kills = 0
        self.titles = 0

    @initialize()
    def opens(self) -> None:
        """Begin with a fresh copy of the office."""
        db.disconnect()
        db.connect(type(self).fresh())
        clock.tick(self.now, self.settings_of_office)

    def teardown(self) -> None:
        """Leave no connection behind."""
        db.disconnect()

    # What arrives.

    @rule(opens=st.sampled_from(("provisional", "lead")), ago=st.sampled_from((0, 1, 7, 30, 60, 100)))
    def an_article_comes(self, opens: str, ago: int) -> None:
        """Something is published, now or hours ago; what is older than 72 hours comes quietly."""
        self.titles += 1
        propose(self.now, f"第{self.titles}件事", opens=opens, published=self.now - timedelta(hours=ago))

    @rule(channel=st.sampled_from(("news", "message")))
    def somebody_calls(self, channel: str) -> None:
        """The duty officer enters a call."""
        self.titles += 1
        with db.transaction() as session:
            officer = self._officer(session)
            leads.enter(session, officer, self.now, title=f"来电{self.titles}", text="", channel=channel, unit=None)

    # What people do.

    @rule(pick=st.integers(0, 99), emergency=st.booleans(), level=st.sampled_from(Level), ago=st.sampled_from((0, 90)))
    def confirms(self, pick: int, emergency: bool, level: Level, ago: int) -> None:
        """Somebody confirms a lead, also with the time at which it happened."""
        if lead := self._one(select(Lead.id).where(Lead.state == "open"), pick):
            said = {"occurred_at": self.now - timedelta(minutes=ago)} if ago else {}
            confirm(lead, self.now, emergency=emergency, level=level, **said)

    @rule(pick=st.integers(0, 99))
    def dismisses(self, pick: int) -> None:
        """Somebody says that a lead is none of ours."""
        if lead := self._one(select(Lead.id).where(Lead.state == "open"), pick):
            with db.transaction() as session:
                leads.dismiss(session, session.get_one(Lead, lead), self._officer(session), self.now, "属其他部门")

    @rule(pick=st.integers(0, 99))
    def acknowledges(self, pick: int) -> None:
        """Somebody acknowledges a notice."""
        if notice := self._one(select(Notice.id).where(Notice.lead_id.is_not(None)), pick):
            with db.transaction() as session:
                notices.acknowledge(session, session.get_one(Notice, notice), "电话签收", self.now, "person-1")

    @rule(pick=st.integers(0, 99), ago=st.sampled_from((0, 0, 20, 600)))
    def acts(self, pick: int, ago: int) -> None:
        """What a duty asks for was done, now or some time ago (补录)."""
        asked = select(Deadline.id).where(Deadline.state == "open", Deadline.case_id.is_not(None))
        if deadline_id := self._one(asked, pick):
            with db.transaction() as session:
                deadline = session.get_one(Deadline, deadline_id)
                case = session.get_one(Case, deadline.case_id)
                if case.t0 > self.now:  # Since the clock was set back the matter lies in the future.
                    return
                at = max(self.now - timedelta(minutes=ago), case.t0)
                act = cases.Act(regulation(deadline.rule).met_by, at, "局网站", "本局")
                cases.record_release(session, case, act, self._officer(session), self.now, deadline)

    @rule(pick=st.integers(0, 99))
    def closes(self, pick: int) -> None:
        """Somebody closes a case that has nothing left to do."""
        busy = select(Deadline.case_id).where(Deadline.state == "open", Deadline.case_id.is_not(None))
        asked = select(Case.id).where(Case.state != str(CaseState.CLOSED), Case.id.not_in(busy))
        if case := self._one(asked, pick):
            with db.transaction() as session:
                cases.close(session, session.get_one(Case, case), self._officer(session), self.now)

    @rule(text=st.sampled_from((LADDER, EARLY, FEWER, MORE)), again=st.booleans())
    def the_office_edits_its_ladder(self, text: str, again: bool) -> None:
        """The office saves a ladder of its own; what runs follows, what was told stays told."""
        for _ in range(2 if again else 1):
            with suppress(ValueError), db.transaction() as session:
                save(session, "ladder", text, "person-1", self.now, reason="局长办公会议定")

    # What machines do.

    @rule(times=st.integers(1, 2))
    def ticks(self, times: int) -> None:
        """The clock ticks; a second one at the same time changes nothing."""
        for _ in range(times):
            clock.tick(self.now, self.settings_of_office)
        assert late_rungs(self.now) == []

    @rule()
    def sends(self) -> None:
        """The sender works; while it does, it may be killed."""
        try:
            send_due(self.now, self._send, self.settings_of_office)
        except Killed:
            self.kills += 1

    @rule(state=st.sampled_from(MAIL_IS))
    def the_mail_server_changes(self, state: str) -> None:
        """The mail server goes up, goes down, refuses, or takes a mail and then the sender dies."""
        self.mail = state

    @rule(minutes=st.sampled_from((1, 5, 10, 20, 61, 300, 720, 1440)))
    def time_passes(self, minutes: int) -> None:
        """Time passes; after a long while this is an outage."""
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.now > T0 + timedelta(hours=3))
    @rule()
    def the_clock_jumps_back(self) -> None:
        """Somebody sets the machine's clock back by two hours: nothing is told again."""
        self.now -= timedelta(hours=2)

    # What must hold whatever happens.

    @invariant()
    def the_promises_hold(self) -> None:
        """I1, I3 to I7 of the promises."""
        every_matter_is_clocked()
        told_once()
        due_times_are_journaled()
        chain_holds()
        assert all(count >= 1 for count in self.arrived.values())
        assert sum(self.arrived.values()) - len(self.arrived) <= self.kills, "more copies than kills"

    def _send(self, mail: Mail) -> str:
        """Be the mail server: nothing may arrive for a duty that has ended."""
        if self.mail == "down":
            raise Retry("连不上邮件服务器")
        if self.mail == "refuses":
            raise Refused("550 no such user")
        if self.mail == "dies":
            raise Killed
        nothing_for_ended(mail.message_id)
        self.arrived[mail.message_id] += 1
        if self.mail == "takes and dies":
            self.mail = "up"
            raise Killed
        return "250 OK"
