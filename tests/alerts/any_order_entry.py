"""What is entered by hand, in any order with what is collected: grouped late, judged twice, found to be one matter."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import cycle

from alerts_story import verdict
from any_order_handling import PICK, Handling
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from domain.case import LeadState
from domain.verdict import Opens
from store import db, entering, events, proposing
from store.tables.articles import Article, Judged
from store.tables.cases import Deadline, Lead
from store.tables.events import Event

OPENS = st.sampled_from(tuple(Opens))
UNGROUPED = select(Article.id).where(Article.event_id.is_(None))
LINKS = select(Article.id).where(Article.event_id.is_not(None), Article.link.startswith("https://wx."))


class Entering(Handling):
    """Acts of the duty officer who enters, and of the grouping that meets it seconds or hours later."""

    entered = 0

    @rule(links=st.lists(st.booleans(), min_size=1, max_size=3), again=st.booleans())
    def something_is_entered(self, links: list[bool], again: bool) -> None:
        """The duty officer pastes texts and links; pressed twice, it is one lead."""
        for link in links:
            self.entered += 1
            text = f"第{self.entered}件录入：学生饭后腹泻" + (f" https://wx.example/{self.entered}" if link else "")
            for _ in range(2 if again else 1):
                with suppress(entering.KnownAlready), db.transaction() as session:
                    said = entering.Entered(text, called=not link)
                    entering.enter(session, self._officer(session), self.now, said)

    @rule(limit=st.integers(1, 400))
    def a_ticket_is_entered(self, limit: int) -> None:
        """A ticket of the hotline is entered with its own limit."""
        self.entered += 1
        with db.transaction() as session:
            at = self.now + timedelta(hours=limit)
            said = entering.Entered(f"办件{self.entered}", channel="hotline", number=f"QY-{self.entered}", limit=at)
            entering.enter(session, self._officer(session), self.now, said)

    @rule(into=st.lists(st.none() | PICK, min_size=1, max_size=4), opens=st.lists(OPENS, min_size=1, max_size=3))
    def the_grouping_catches_up(self, into: list[int | None], opens: list[Opens]) -> None:
        """What was entered is judged, and put into events of its own (None) or some there are."""
        for article_id, pick, what in zip(self._all(UNGROUPED), cycle(into), cycle(opens), strict=False):
            event_id = None if pick is None else self._one(select(Event.id), pick)
            with self._nothing_stops(), db.transaction() as session:
                article = session.get_one(Article, article_id)
                self._judge(session, article, what)
                key = session.get_one(Event, event_id).key if event_id else f"录入{article_id}"
                events.put(session, article, events.Grouping(key, None, 0.0), self.now)

    @rule(opens=st.lists(OPENS, min_size=1, max_size=3))
    def their_pages_come(self, opens: list[Opens]) -> None:
        """The pages behind links are there at last and say more, or less: what runs goes on."""
        for article_id, what in zip(self._all(LINKS), cycle(opens), strict=False):
            with self._nothing_stops(), db.transaction() as session:
                article = session.get_one(Article, article_id)
                self._judge(session, article, what)
                events.reconsider(session, article, self.now)

    @invariant()
    def a_merged_lead_goes_on_in_another(self) -> None:
        """What was entered twice has one lead, and that one was never merged itself."""
        with db.reading() as session:
            for lead in session.scalars(select(Lead).where(Lead.state == str(LeadState.MERGED))):
                assert not [one for one in lead.deadlines if one.state == "open"], f"lead {lead.id} still runs"
                article = session.get_one(Article, lead.article_id)
                assert article.event_id is not None
                known = proposing.lead_of_event(session, article.event_id)
                assert known is not None, f"lead {lead.id} is lost"
                assert known.state != LeadState.MERGED, f"lead {lead.id} goes on nowhere"

    @contextmanager
    def _nothing_stops(self) -> Iterator[None]:
        """Compare before and after: grouping and a second judgement stop no clock and move none later."""
        before = self._running()
        yield
        after = self._running()
        for which, due in before.items():
            assert after.get(which, "9999") <= due, f"the clock {which} was stopped or moved later"

    def _running(self) -> dict[tuple[int, str], str]:
        """Return the clocks of every matter that run: (lead, rule) -> the earliest due time."""
        asked = select(Deadline.lead_id, Deadline.rule, func.min(Deadline.due_at))
        running = asked.where(Deadline.state == "open", Deadline.rule != "LEAD_CONFIRM")
        with db.reading() as session:
            found = session.execute(running.group_by(Deadline.lead_id, Deadline.rule))
            return {(lead, rule_): due.isoformat() for lead, rule_, due in found}

    def _judge(self, session: Session, article: Article, opens: Opens) -> None:
        session.execute(delete(Judged).where(Judged.article_id == article.id))
        session.add(verdict(article, str(opens), self.now))
        session.flush()
        session.expire(article, ["judged"])

    def _all(self, asked: Select[tuple[int]]) -> list[int]:
        with db.reading() as session:
            return sorted(session.scalars(asked))
