"""Everything the board shows at one instant, asked of the store in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from dashboard.board.rows import Clock, clock
from store import board, calls, handover, notices, people
from store.office import fact, heartbeats
from store.sources import Health, silence
from store.tables.articles import Article
from store.tables.cases import Lead
from store.tables.notices import Notice
from store.tables.people import Unit
from store.tables.sources import Source

MOST_LEADS = 50
SHOWN_PER_KIND = 6
NAMES = {
    "clock": "时钟",
    "sender": "发信",
    "beat": "派活",
    "worker": "抓取与研判",
    "grouper": "归并",
    "auditor": "自查",
    "inbox": "收信",
}
PARTS = ("alarms", "calls", "counts", "calm", "silence", "failed", "findings", "processes", "handover")
SILENT_AFTER = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One lead that waits for a person."""

    lead: Lead
    article: Article | None
    judge_by: datetime | None

    @property
    def key(self) -> str:
        """Name of the row."""
        return f"lead-{self.lead.id}"

    @property
    def rev(self) -> str:
        """Changes with anything the row shows except the passing of time."""
        lead, event = self.lead, self.lead.event
        shown = (
            lead.title,
            lead.level,
            lead.unit_id,
            lead.suspected,
            lead.reasons[:1],
            len(lead.reasons),
            self.judge_by,
        )
        return _digest((shown, event.articles if event else 0, event.copies if event else 0))


@dataclass(frozen=True, slots=True)
class Process:
    """A process's sign of life."""

    code: str
    name: str
    at: datetime
    words: str
    silent: bool


@dataclass(frozen=True, slots=True)
class View:
    """The board at one instant."""

    clocks: Sequence[Clock]
    all_clocks: int
    proposals: Sequence[Proposal]
    all_proposals: int
    silent: dict[Health, list[Source]]
    working: int
    failed: Sequence[Notice]
    calls: Sequence[Notice]
    findings: Sequence[str]
    processes: Sequence[Process]
    units: Sequence[Unit]
    next_task: board.Task
    bar: board.Bar
    handover: handover.Reminder | None

    def rev_of(self, part: str) -> str:
        """Return what changes with one of the `PARTS` beside the rows."""
        shown: object = {
            "silence": [
                (h.value, [(s.id, s.failing_since, s.error) for s in found]) for h, found in self.silent.items()
            ],
            "calls": [(n.id, n.state, n.send_at, n.attempts) for n in self.calls],
            "failed": [(n.id, n.state, n.error) for n in self.failed],
            "findings": list(self.findings),
            "processes": [(p.name, p.silent, p.words) for p in self.processes],
            "handover": self.handover,
            "alarms": self.bar.alarms,
            "counts": (self.all_clocks, self.all_proposals),
            "calm": (bool(self.clocks), self.working, self.next_task),
        }[part]
        return _digest(shown)

    @property
    def etag(self) -> str:
        """Changes with anything shown except the passing of time."""
        return _digest(
            (
                [self.rev_of(part) for part in PARTS],
                [row.rev for row in self.clocks],
                [row.rev for row in self.proposals],
            )
        )


def _digest(shown: object) -> str:
    return sha256(repr(shown).encode()).hexdigest()[:16]


def look(session: Session, now: datetime, *, notice_channel: bool) -> View:
    """Return the board at `now`."""
    running = board.running(session)
    told = board.told(session, running)
    bar = board.bar(session, now, notices=notice_channel)
    quiet = silence(session, now)
    return View(
        clocks=[clock(deadline, told[deadline.id], now) for deadline in running],
        all_clocks=board.count_running(session),
        proposals=_proposals(session, board.waiting(session, MOST_LEADS)),
        all_proposals=bar.open_leads,
        silent=_by_kind(quiet.troubled),
        working=quiet.working,
        failed=notices.troubled(session, limit=10),
        calls=calls.waiting(session),
        findings=findings(session),
        processes=_processes(session, now),
        units=people.units(session),
        next_task=board.next_task(session, now),
        bar=bar,
        handover=handover.reminder(session, now),
    )


def _proposals(session: Session, waiting: Sequence[Lead]) -> list[Proposal]:
    limits, articles = board.judging_limits(session), board.proposers(session, waiting)
    found = []
    for lead in waiting:
        limit = limits.get(lead.id)
        found.append(Proposal(lead, articles.get(lead.article_id or 0), limit.due_at if limit else None))
    return found


def _by_kind(troubled: Sequence[tuple[Source, Health]]) -> dict[Health, list[Source]]:
    found: dict[Health, list[Source]] = {}
    for source, health in troubled:
        found.setdefault(health, []).append(source)
    return found


def _processes(session: Session, now: datetime) -> list[Process]:
    beats = heartbeats(session)
    return [
        Process(name, NAMES[name], beats[name].at, beats[name].words, now - beats[name].at > SILENT_AFTER)
        for name in NAMES
        if name in beats
    ]


def findings(session: Session) -> list[str]:
    """Return what the auditor found wrong, in words."""
    return [str(words) for words in fact(session, "audit_findings", [])]
