"""值班自检: every morning at 8:30 the duty officers hear that the service works, so that silence is noticed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from alerts import checks
from alerts.checks import PROCESSES, SILENT
from alerts.letter import BLACK, PLAIN, Button, Letter, as_message
from alerts.matter import office
from alerts.once_a_day import once
from alerts.short import short_text
from alerts.words import day as day_words
from alerts.words import moment, span
from domain.notice import SITE
from domain.workdays import BEIJING
from store import channels, journal, notices
from store.office import heartbeats
from store.people import holders, on_duty
from store.settings import Settings
from store.sources import silence
from store.tables.people import Person

FACT = "self_check_told"
"""The newest day whose self-check went out; a new office begins with the next one."""
AT = timedelta(hours=8, minutes=30)
MOST_SOURCES = 5


def check_day(now: datetime) -> date:
    """Return the newest day whose 8:30, Beijing time, has come."""
    return (now.astimezone(BEIJING) - AT).date()


def send_self_check(now: datetime, settings: Settings) -> bool:
    """Write the newest self-check that should have gone out by `now`; False where it has, or another clock did."""
    day = check_day(now)
    return once(FACT, day, lambda session: _send(session, day, now, settings))


def _send(session: Session, day: date, now: datetime, settings: Settings) -> None:
    message = as_message(self_check(session, day, now, settings))
    topic = f"self-check-{day.isoformat()}"
    found = [
        notices.write(session, person, topic, message, now, legal=False, settings=settings)
        for person in readers(session, now)
    ]
    ids = [notice.id for notice in found if notice is not None]
    journal.record(session, "system", "send_self_check", f"day-{day.isoformat()}", now, notices=ids)


def readers(session: Session, now: datetime) -> list[Person]:
    """Return who gets the self-check, once each: the duty officers of the new shift and the office director."""
    people = [*on_duty(session, "duty_officer", now), *holders(session, "office_director")]
    return list({person.id: person for person in people}.values())


def self_check(session: Session, day: date, now: datetime, settings: Settings) -> Letter:
    """Return the letter: processes, channels with their last proof, silent sources, calendar, head of the journal."""
    rows = [*_processes(session, now), *_channels(session, now, settings)]
    rows += [_sources(session, now), _calendar(session, now)]
    number, mark = journal.head(session)
    bad = [words for _, words, fine in rows if not fine]
    verdict = f"发现{len(bad)}个问题，请处理" if bad else "各项正常"
    return Letter(
        subject=f"【值班自检】{day_words(day)} {verdict}",
        tag="值班自检",
        colour=BLACK if bad else PLAIN,
        greeting="值班员、办公室主任",
        ask=f"今天的自检{verdict}。" + "".join(f"{words}。" for words in bad),
        title="每天8:30发出；哪天没有收到，说明系统或邮件停了，请立即联系系统管理员，并人工盯住时限。",
        rows=(*((label, words) for label, words, _ in rows), ("操作日志", f"{number}条，校验值{mark[:16]}")),
        office=office(session),
        at=now,
        button=Button("打开值班台", f"{SITE}/"),
        short=short_text(office(session), "值班自检", verdict),
    )


Row = tuple[str, str, bool]
"""Label, words, and whether it is fine."""


def _processes(session: Session, now: datetime) -> Iterator[Row]:
    silent = [one.words for one in checks.processes(session, now)]
    fine = len(PROCESSES) - len(silent)
    latest = max((row.at for row in heartbeats(session).values()), default=None)
    beat = f"，上次心跳{span(now - latest)}前" if latest and now - latest > SILENT else ""
    yield "进程", "；".join(silent) if silent else f"{fine}个进程都有心跳{beat}", not silent


def _channels(session: Session, now: datetime, settings: Settings) -> Iterator[Row]:
    found = channels.configured(settings)
    if not found:
        yield "通知渠道", "没有设置任何通知渠道", False
    for channel in found:
        yield channels.LABELS[channel], *_proof(session, channel, now)


def _proof(session: Session, channel: str, now: datetime) -> tuple[str, bool]:
    good, bad = (channels.last_delivery(session, channel, ok=ok) for ok in (True, False))
    words = f"上次成功{moment(good.at, now)}" if good else "还没有成功过"
    if bad and (good is None or bad.id > good.id):
        return f"{words}，最近一次失败{moment(bad.at, now)}", False
    return (words, True) if good else (f"{words}，请用 huiying channel test 试发", channel in channels.GROUP)


def _sources(session: Session, now: datetime) -> Row:
    quiet = silence(session, now)
    names = [source.name for source, _ in quiet.troubled]
    listed = "、".join(names[:MOST_SOURCES]) + ("等" if len(names) > MOST_SOURCES else "")
    words = f"{quiet.working}个正常" + (f"，{len(names)}个沉默：{listed}" if names else "")
    return "监测源", words, True


def _calendar(session: Session, now: datetime) -> Row:
    missing = [one.words for one in checks.calendar(session, now)]
    year = now.astimezone(BEIJING).year
    # What wants no haste is no trouble of today: the auditor's alarm asks for the table once a week.
    return "工作日表", missing[0] if missing else f"{year}年的已有", True
