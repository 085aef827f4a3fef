"""Stories in which people merge, split and take back events, in any order with what comes in and what is judged."""

from collections import Counter
from datetime import datetime

from hypothesis import strategies as st
from making import FOOD, MINUTE, T, article, verdict
from sqlalchemy import func, select

from domain.case import CaseState, LeadState, Level
from store import articles, cases, events, journal, leads, moving, one_matter, people, regrouping
from store.hasten import due_of
from store.limits import rule_for
from store.tables import Article, Case, Deadline, Event, EventChange, Lead

COMES = ("comes", "comes", "comes as copy")
JUDGED = ("confirms", "confirms grave", "dismisses", "releases", "closes")
BY_HAND = ("merges", "splits", "splits", "splits into", "lead goes", "takes back", "takes back")
PICK = st.integers(0, 30)
STEP = st.tuples(st.sampled_from((*COMES, *JUDGED, *BY_HAND)), PICK, PICK, st.integers(0, 200))
STORIES = st.lists(STEP, min_size=4, max_size=16)
JUDGING = "LEAD_CONFIRM"


class Refused(Exception):
    """There is nothing to do it to."""


class Story:
    """One office in whose events all this happens; `number` counts articles."""

    def __init__(self, session, officer):
        self.session, self.officer = session, officer
        self.now, self.number = T, 0
        for n, opens in enumerate(("provisional", "lead", "none")):
            self.comes(opens, None)
            self.comes("comes", 1 + 3 * n, 1 + n)

    def step(self, act: str, pick: int, other: int, minutes: int) -> None:
        """Do one thing. ValueError or Refused for what cannot be done."""
        self.now += minutes * MINUTE
        do = getattr(self, act.split()[0])
        do(act, pick, other)
        self.session.flush()
        self.session.expire_all()

    # What comes in and is judged.

    def comes(self, act: str, pick: int | None, other: int = 0) -> None:
        """An article comes, into an event there is or one of its own; perhaps a copy, perhaps published hours ago."""
        self.number += 1
        opens = ("provisional", "lead", "none")[other % 3] if pick is not None else act
        published = self.now - (other % 7) * 30 * MINUTE
        made = article(self.session, self.number, published=published, seen=self.now)
        articles.save_verdict(self.session, made.id, verdict(opens), self.now)
        key, copy = f"e{self.number}", None
        if pick is not None and pick % 3:
            original = self._one(select(Article).where(Article.event_id.is_not(None), Article.id != made.id), pick)
            key = self.session.get_one(Event, original.event_id).key
            copy = original.id if act == "comes as copy" else None
        events.put(self.session, made, events.Grouping(key, copy, 1.0), self.now)

    def confirms(self, act: str, pick: int, other: int) -> None:
        """Somebody confirms a lead."""
        lead = self._one(select(Lead).where(Lead.state == str(LeadState.OPEN)), pick)
        said = {"unit": people.unit_named(self.session, FOOD), "level": Level.ORANGE, "emergency": act != "confirms"}
        leads.confirm(self.session, lead, self.officer, self.now, **said)

    def dismisses(self, act: str, pick: int, other: int) -> None:
        """Somebody says that a lead is none of ours."""
        lead = self._one(select(Lead).where(Lead.state == str(LeadState.OPEN)), pick)
        leads.dismiss(self.session, lead, self.officer, self.now, "属外市")

    def releases(self, act: str, pick: int, other: int) -> None:
        """Something is published in a case."""
        case = self._one(select(Case).where(Case.state != str(CaseState.CLOSED)), pick)
        said = cases.Act("release", self.now, "官网", "本局", final=True)
        cases.record_release(self.session, case, said, self.officer, self.now)

    def closes(self, act: str, pick: int, other: int) -> None:
        """A case that has nothing left to do is closed."""
        cases.close(self.session, self._one(select(Case), pick), self.officer, self.now)

    # What people do to events; what must hold each time.

    def merges(self, act: str, pick: int, other: int) -> None:
        """Two events are one."""
        event, into = self._event(pick), self._event(other)
        self._watched((event, into), lambda: regrouping.merge(self.session, event, into, "同", self.officer, self.now))

    def splits(self, act: str, pick: int, other: int) -> None:
        """Some articles of an event are about something else: something new, or another event there is."""
        event = self._event(pick, least=2)
        to = self._event(other) if act == "splits into" else None
        ids = [id_ for id_, copied in moving.copies_by_article(self.session, event.id).items() if copied is None]
        chosen = ids[other % len(ids) :: 2] if ids else []
        self._part(event, chosen, to, "")

    def lead(self, act: str, pick: int, other: int) -> None:
        """A person says that the matter goes with what is split off."""
        event = self._event(pick, least=2)
        ids = list(moving.copies_by_article(self.session, event.id))
        self._part(event, ids[other % len(ids) :][:1], None, regrouping.GOES)

    def _part(self, event: Event, chosen: list[int], to: Event | None, matter: str) -> None:
        before = one_matter.running(self.session, self._leads_of(event))
        known = set(self.session.scalars(select(Lead.id)))

        def act() -> EventChange:
            said = {"to": to, "matter": matter}
            return regrouping.split(self.session, event, chosen, "别", self.officer, self.now, **said)

        self._watched((event, *((to,) if to else ())), act)
        for lead in self.session.scalars(select(Lead).where(Lead.id.not_in(known))):
            for clock in lead.deadlines:
                late = clock.state == "open" and due_of(clock) > before.get(clock.rule, due_of(clock))
                assert not late, f"{clock.rule} of the part split off is due later than it was"

    def takes(self, act: str, pick: int, other: int) -> None:
        """A merge or a split is taken back."""
        change = self._one(select(EventChange).where(EventChange.undone_at.is_(None)), pick)
        two = tuple(self.session.get_one(Event, id_) for id_ in (change.from_id, change.to_id))
        self._watched(two, lambda: regrouping.undo(self.session, change, "撤", self.officer, self.now))
        for ended in change.facts["ended"] if not change.facts["made"] else ():
            self._has_its_clocks_again(ended)

    def _has_its_clocks_again(self, ended: dict) -> None:
        lead = self.session.get_one(Lead, ended["lead"])
        if lead.state != LeadState.OPEN:  # It met another one that waits, which has its clocks now.
            assert lead.judged_at == self.now, f"lead {lead.id} does not wait again"
            return
        running = [one for one in lead.deadlines if one.state == "open"]
        for id_, _ in ended["clocks"]:
            was = self.session.get_one(Deadline, id_)
            assert any(one.rule == was.rule and due_of(one) <= due_of(was) for one in running), f"{was.rule} is gone"

    def _watched(self, about: tuple[Event, ...], act) -> None:
        """Compare before and after: no clock that ran ends without one for the same act that is due no later."""
        clocks = self.session.scalars(select(Deadline).where(Deadline.state == "open")).all()
        ran = [(one, rule_for(one).met_by, due_of(one)) for one in clocks]
        total = self.session.scalar(select(func.count()).select_from(Article))
        together = self._together()
        change = act()
        self.session.flush()
        self.session.expire_all()
        ids = {moving.final(self.session, one).id for one in about} | ({change.to_id} if change else set())
        for clock, what, due in ran:
            if clock.state != "open":
                self._goes_on(clock, what, due, ids)
            else:
                assert due_of(clock) <= due, f"{clock.rule} was moved later"
        assert self.session.scalar(select(func.count()).select_from(Article)) == total
        assert together <= self._together(), "a copy went without its original"

    def _goes_on(self, clock: Deadline, what: str, due: datetime, ids: set[int]) -> None:
        if clock.rule == JUDGING and clock.lead.state == LeadState.MERGED and clock.state == "met":
            return  # Who merged it into a case has judged it.
        for lead in self.session.scalars(select(Lead).where(Lead.event_id.in_(ids))):
            case = one_matter.open_case(self.session, lead)
            for other in [*lead.deadlines, *(case.lead.deadlines if case else ())]:
                if rule_for(other).met_by != what:
                    continue
                if other.state == "open" and due_of(other) <= due:
                    return
                if other.state == "met" and clock.rule != JUDGING:
                    return  # One matter now, for which it was done already: as for 并案.
        raise AssertionError(f"{clock.rule} due {due} of lead {clock.lead_id} goes on nowhere")

    def _together(self) -> set[int]:
        """Return the copies that are where their originals are."""
        rows = self.session.execute(select(Article.id, Article.copy_of, Article.event_id)).all()
        event_of = {id_: event for id_, _, event in rows}
        return {id_ for id_, copied, event in rows if copied is not None and event_of[copied] == event}

    # What must hold at any time.

    def holds(self) -> None:
        """Every event is counted right and has one open lead at most; whatever waits has its clocks."""
        asked = select(Lead.event_id).where(Lead.state == str(LeadState.OPEN))
        assert max(Counter(self.session.scalars(asked)).values(), default=0) <= 1, "two open leads of one event"
        for event in self.session.scalars(select(Event)):
            self._counted(event)
        for lead in self.session.scalars(select(Lead).where(Lead.state == str(LeadState.OPEN))):
            rules = {one.rule for one in lead.deadlines if one.state == "open"}
            assert lead.quiet or JUDGING in rules, f"lead {lead.id} has no limit"
            assert not lead.suspected or rules >= {"AUTH_RELEASE", "PRESS_CONF"}, f"lead {lead.id} has no clocks"
            assert self.session.get_one(Event, lead.event_id).merged_into is None, f"lead {lead.id} is out of sight"

    def ends(self) -> None:
        """The journal knows of all of it."""
        assert journal.first_broken(self.session) is None

    def _counted(self, event: Event) -> None:
        found = list(self.session.scalars(select(Article).where(Article.event_id == event.id)))
        assert (event.articles, event.copies) == (len(found), sum(one.copy_of is not None for one in found))
        assert bool(found) is (event.merged_into is None), "an event without articles, or a merged one with some"
        if found:
            times = [one.published_at or one.first_seen_at for one in found]
            assert (event.first_at, event.last_at) == (min(times), max(times))

    def _leads_of(self, event: Event) -> list[Lead]:
        return list(self.session.scalars(select(Lead).where(Lead.event_id == event.id)))

    def _event(self, pick: int, least: int = 1) -> Event:
        return self._one(select(Event).where(Event.merged_into.is_(None), Event.articles >= least), pick)

    def _one(self, asked, pick: int):
        found = list(self.session.scalars(asked))
        if not found:
            raise Refused
        return sorted(found, key=lambda one: one.id)[pick % len(found)]
