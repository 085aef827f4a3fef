"""The notices of one rung: to each person by which channels, to groups once, and who is to acknowledge by when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.matter import Told
from alerts.messages import message_for
from domain.case import Level
from domain.workdays import BEIJING
from store import notices
from store.channels import GROUP, channels_for, configured
from store.ladders import chases_of
from store.people import on_duty
from store.settings import Settings
from store.tables.cases import Lead, Stage
from store.tables.notices import Notice
from store.tables.people import Person


@dataclass(frozen=True, slots=True)
class Writing:
    """What is told at once: `stages` share matter and rung, `late` is the lateness (迟发)."""

    session: Session
    lead: Lead
    stages: Sequence[Stage]
    now: datetime
    late: timedelta
    settings: Settings | None

    @property
    def level(self) -> Level:
        """The level of the matter: of the case, else the one the system proposes."""
        return Level(self.lead.case.level if self.lead.case else self.lead.level)

    @property
    def wait(self) -> timedelta:
        """How long each person is waited for to acknowledge."""
        return chases_of(self.session)[self.level].wait

    @property
    def legal(self) -> bool:
        """Whether the law, or a suspected emergency, asks for it."""
        return self.stages[0].deadline.ladder != "lead"

    @property
    def urgent(self) -> bool:
        """Whether every way is used at once: legal notices of red matters."""
        return self.legal and self.level == Level.RED


def notices_for(writing: Writing, told: Sequence[Told]) -> list[Notice]:
    """Write what each person is told, by the first channel or, where it is urgent, by several; return all of it."""
    written = []
    unreachable = [one.person for one in told if not channels_for(one.person, writing.settings)]
    chased = _chased_already(writing, told)
    for one in told:
        asks = asks_ack(writing, one)
        own = list(_to_person(writing, one, unreachable, asks=asks, chase=asks and not chased))
        chased = chased or (asks and bool(own))
        written += own
    return [*written, *(_to_groups(writing, told) if writing.urgent else [])]


def asks_ack(writing: Writing, told: Told) -> bool:
    """Return whether a person has to acknowledge: the unit's liaison, for a suspected red lead the duty officer."""
    if writing.lead.case is not None:
        return told.post == "liaison"
    return writing.stages[0].deadline.ladder == "suspected" and told.post == "duty_officer" and writing.urgent


def _chased_already(writing: Writing, told: Sequence[Told]) -> bool:
    """Return whether those who have to acknowledge did so already, or are being followed up: once for each handover.

    What was asked before the confirmation was about the lead, not the handover to the unit.
    """
    people = [one.person.id for one in told if asks_ack(writing, one)]
    followed = Notice.ack_at.is_not(None) | Notice.chase_at.is_not(None) | (Notice.chased > 0)
    asked = select(Notice.id).where(Notice.lead_id == writing.lead.id, Notice.asks_ack, followed)
    if writing.lead.case is not None:
        asked = asked.where(Notice.created_at >= writing.lead.case.opened_at)
    return writing.session.scalar(asked.where(Notice.person_id.in_(people)).limit(1)) is not None


def _to_person(
    writing: Writing, told: Told, unreachable: Sequence[Person], *, asks: bool, chase: bool
) -> Iterator[Notice]:
    message = message_for(writing.session, writing.stages, told, unreachable, writing.now, writing.late)
    ways = _ways(writing, told.person)
    for number, channel in enumerate(ways):
        look = writing.now + writing.wait if chase and number == 0 else None
        notice = _written(writing, told.person, message, channel, asks=asks, look=look)
        if notice is not None:
            yield notice


def _ways(writing: Writing, person: Person) -> list[str]:
    """Return the first channel of a person, and for what is urgent a text message beside it."""
    found = channels_for(person, writing.settings)
    return [channel for channel in found if channel == found[0] or (writing.urgent and channel == "sms")]


def _to_groups(writing: Writing, told: Sequence[Told]) -> Iterator[Notice]:
    """Write once to every group, addressed to the duty officer, who answers for it."""
    found = configured(writing.settings, GROUP) if writing.settings else []
    officer = next(iter(on_duty(writing.session, "duty_officer", writing.now)), None)
    if not found or officer is None:
        return
    one = next((one for one in told if one.person.id == officer.id), Told(officer, "duty_officer"))
    message = message_for(writing.session, writing.stages, one, (), writing.now, writing.late)
    for channel in found:
        notice = _written(writing, officer, message, channel)
        if notice is not None:
            yield notice


def _written(
    writing: Writing,
    person: Person,
    message: notices.Message,
    channel: str,
    *,
    asks: bool = False,
    look: datetime | None = None,
) -> Notice | None:
    return notices.write(
        writing.session,
        person,
        topic_of(writing.lead, writing.stages[0], writing.now),
        message,
        writing.now,
        stage=writing.stages[0],
        lead_id=writing.lead.id,
        legal=writing.legal,
        asks_ack=asks,
        late_s=int(writing.late.total_seconds()),
        channel=channel,
        chase_at=look,
    )


def topic_of(lead: Lead, stage: Stage, now: datetime) -> str:
    """Return what a message is about: nobody is told the same topic twice."""
    if stage.rung == "opened":
        return f"lead-{lead.id}-opened-{stage.id}"
    if stage.rung == "hourly":
        return f"lead-{lead.id}-hourly-{now.astimezone(BEIJING):%Y%m%d%H}"
    return f"stage-{stage.id}"
