"""The auditor's own message: straight to the provider, past the clock, its sender and its notices."""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts import channels
from alerts.channels import Mail
from alerts.checks import Finding
from alerts.letter import BLACK, Button, Letter, Office, as_message
from alerts.matter import office
from alerts.short import short_text
from alerts.words import moment
from domain.notice import SITE
from store.channels import PERSONAL, address_of, configured, url_of
from store.db import reading, transaction
from store.notices import MAIL_DOMAIN
from store.office import fact, set_fact
from store.people import holders, on_duty
from store.settings import Settings

log = logging.getLogger(__name__)

Way = tuple[str, str]
"""Channel and address."""

REPEAT = timedelta(hours=1)
SLOW = {
    "calendar": timedelta(days=7),
    "sources": timedelta(days=1),
    "no_channel": timedelta(days=1),
    "media_fresh": timedelta(days=7),
    "rota": timedelta(days=1),
    "tables": timedelta(days=1),
    "heartbeat": timedelta(days=1),
    "disk": timedelta(days=1),
}
"""What wants no haste is repeated more seldom: an alarm that cries wolf is switched off."""
STANDING = timedelta(days=30)
"""A limit the office set on purpose stands on the board; it is no emergency."""
FACT = "auditor_alarmed"


class Alarm:
    """Remembers what was said when, and to whom the last alarm went: it must work while the database is away."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._said: dict[str, datetime] | None = None
        self._ways: list[list[Way]] = []
        self._office = Office("本局", None)

    def raise_for(self, found: Sequence[Finding], now: datetime) -> int:
        """Say what was not said within the hour, to each by the first way that works; return to how many it went."""
        self._learn(now)
        said = self._said or {}
        fresh = [one for one in found if one.code not in said or now - said[one.code] >= _pause(one.code)]
        if not fresh:
            return 0
        taken = sum(any(self._send(way, fresh, now) for way in ways) for ways in self._ways)
        if taken:
            self._said = {**said, **{one.code: now for one in fresh}}
            self._keep()
        return taken

    def _learn(self, now: datetime) -> None:
        """Read from the database what can be read; what was known before stands where it is away."""
        try:
            with reading() as session:
                if self._said is None:
                    kept = fact(session, FACT, {})
                    self._said = {code: datetime.fromisoformat(at) for code, at in kept.items()}
                self._ways, self._office = ways_to(session, self._settings, now), office(session)
        except Exception as error:
            log.error("alarm: recipients could not be read: %s", type(error).__name__)

    def _keep(self) -> None:
        try:
            with transaction() as session:
                set_fact(session, FACT, {code: at.isoformat() for code, at in (self._said or {}).items()})
        except Exception as error:
            log.error("alarm: what was said could not be kept: %s", type(error).__name__)

    def _send(self, way: Way, found: Sequence[Finding], now: datetime) -> bool:
        channel, address = way
        message = as_message(letter(found, self._office, now))
        html = message.html.replace(SITE, self._settings.base_url) if message.html else None
        mail = Mail(
            sender=self._settings.mail_from,
            sender_name=f"{self._office.name}自查",
            to=address,
            subject=message.subject,
            text=message.text.replace(SITE, self._settings.base_url),
            html=html,
            message_id=f"<{secrets.token_hex(16)}@{MAIL_DOMAIN}>",
            thread=None,
            at=now,
            short=message.short,
            reference=secrets.token_hex(16),
        )
        try:
            channels.named(channel)(url_of(self._settings, channel) or "", mail)
        except Exception as error:
            log.error("alarm by %s not taken: %s", channel, error)
            return False
        return True


def _pause(code: str) -> timedelta:
    """Return how long a finding that was mailed is not mailed again."""
    return STANDING if code.startswith("limit_") else SLOW.get(code, REPEAT)


def ways_to(session: Session, settings: Settings, now: datetime) -> list[list[Way]]:
    """Return the ways to reach the office director and the duty officers, those to one person together; no calls."""
    people = [*holders(session, "office_director"), *on_duty(session, "duty_officer", now)]
    found: dict[tuple[Way, ...], None] = {}
    for person in people:
        ways = [(one, address_of(person, one)) for one in configured(settings, PERSONAL) if one != "voice"]
        found.setdefault(tuple((channel, address) for channel, address in ways if address))
    return [list(ways) for ways in found if ways]


def letter(found: Sequence[Finding], office: Office, now: datetime) -> Letter:
    """Return the letter that names the findings."""
    more = f"等{len(found)}个问题" if len(found) > 1 else ""
    return Letter(
        subject=f"【系统告警】{found[0].words}{more}",
        tag="系统告警",
        colour=BLACK,
        greeting="办公室主任、值班员",
        ask="系统自查发现以下问题，请立即联系系统管理员处理；处理好之前，请人工盯住时限。",
        title=found[0].words,
        rows=tuple((f"问题{number}", _line(one, now)) for number, one in enumerate(found, 1)),
        office=office,
        at=now,
        button=Button("打开值班台", f"{SITE}/"),
        short=short_text(office, "系统告警", f"自查发现{len(found)}个问题，请联系系统管理员，并人工盯住时限"),
        notes=(("重复", "同一问题一小时内只提醒一次；排除后不再提醒。"),),
    )


def _line(one: Finding, now: datetime) -> str:
    return f"{one.words}（自{moment(one.since, now)}）" if one.since else one.words
