"""What the auditor looks at: one small question each, all reading only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from alerts import jump
from alerts.words import moment, span
from domain.case import CaseState, LeadState
from domain.chase import CALL_OVERDUE
from domain.workdays import BEIJING
from store import learned
from store.calendar import calendar as in_force
from store.channels import PHONE, TRIAL
from store.disk import FULLEST, full_words, used_part
from store.due import PARK_AFTER
from store.ladders import faults
from store.limits import lengthened, rule_of
from store.office import fact, heartbeats
from store.own_channels import stale_channels
from store.rota import coming_gaps
from store.sources import silence
from store.tables.cases import Case, Deadline, Lead, Stage
from store.tables.handling import Assignment, Bounce
from store.tables.notices import Notice
from store.tables.office import PeriodicDuty

STAGE_LATE = timedelta(seconds=60)
UNSENT = timedelta(minutes=2)
REMIND_LATE = timedelta(minutes=5)
SILENT = timedelta(seconds=60)
FAILED_SHOWN = timedelta(days=1)
JUMP_SHOWN = timedelta(days=1)
PROCESSES = {
    "clock": "时钟（clock）",
    "sender": "发信（clock）",
    "worker": "抓取与研判（worker）",
    "grouper": "归并（grouper）",
    "beat": "派活（beat）",
}
MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: a code that stays the same, words for people, and since when (None: unknown)."""

    code: str
    words: str
    since: datetime | None = None


def stages(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield rungs that should have been told a minute ago, that fail again and again, or that nobody looks at."""
    pending = Stage.state == "pending"
    late = _some(session, Stage.due_at, pending, Stage.due_at < now - STAGE_LATE)
    if late:
        yield Finding("stage_overdue", f"{late[0]}个时限节点到点超过1分钟仍未通知", late[1])
    failing = _some(session, Stage.due_at, pending, Stage.attempts >= PARK_AFTER)
    if failing:
        yield Finding("stage_failing", f"{failing[0]}个时限节点多次通知失败，仍在重试", failing[1])
    lost = _some(session, Stage.due_at, pending, Stage.look_at.is_(None))
    if lost:
        yield Finding("stage_lost", f"{lost[0]}个时限节点没有安排检查时间", lost[1])
    nobody = _some(session, Stage.told_at, Stage.nobody, Stage.deadline_id.in_(_open_ids()))
    if nobody:
        yield Finding("nobody", f"{nobody[0]}个时限节点到点时没有可通知的人，请检查岗位和邮箱登记", nobody[1])


def notices(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield notices that failed for good within a day, and those not sent for two minutes."""
    earnest = Notice.topic.not_like(f"{TRIAL}%")
    recent = (Notice.state == "failed", Notice.ack_at.is_(None), Notice.created_at > now - FAILED_SHOWN, earnest)
    failed = _some(session, Notice.created_at, *recent)
    if failed:
        yield Finding("notice_failed", f"{failed[0]}条通知投递失败，请电话通知", failed[1])
    waiting = (Notice.state == "pending", Notice.channel != PHONE, Notice.created_at < now - UNSENT, earnest)
    unsent = _some(session, Notice.created_at, *waiting)
    if unsent:
        yield Finding("notice_unsent", f"{unsent[0]}条通知超过2分钟仍未发出", unsent[1])


def calls(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield, as one, the calls nobody made for ten minutes after their time."""
    open_ = (Notice.state == "pending", Notice.channel == PHONE, Notice.send_at < now - CALL_OVERDUE)
    late = _some(session, Notice.send_at, *open_)
    if late:
        yield Finding("call_open", f"{late[0]}个应打的电话超过10分钟没有登记结果", late[1])


def matters(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield matters whose clocks are missing: a case without duties, a lead without its limit, a duty without rungs."""
    clocked = select(Deadline.case_id).where(Deadline.case_id.is_not(None))
    bare = _some(session, Case.opened_at, Case.state != str(CaseState.CLOSED), Case.id.not_in(clocked))
    if bare:
        yield Finding("case_unclocked", f"{bare[0]}个舆情事项没有时限", bare[1])
    limited = select(Deadline.lead_id).where(Deadline.rule == "LEAD_CONFIRM", Deadline.state == "open")
    open_lead = (Lead.state == str(LeadState.OPEN), Lead.quiet.is_(False), Lead.id.not_in(limited))
    unlimited = _some(session, Lead.proposed_at, *open_lead)
    if unlimited:
        yield Finding("lead_unclocked", f"{unlimited[0]}条待研判线索没有研判时限", unlimited[1])
    waiting = select(Stage.deadline_id).where(Stage.state == "pending")
    told_once = Deadline.found_late & Deadline.handle_by.is_(None)
    duty = (Deadline.state == "open", Deadline.ladder == "duty", ~told_once, Deadline.id.not_in(waiting))
    unstaged = _some(session, Deadline.start_at, *duty)
    if unstaged:
        yield Finding("duty_unstaged", f"{unstaged[0]}个在办时限没有后续通知节点", unstaged[1])


def handed(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield what changed hands a minute ago and nobody was told of."""
    for column, words in ((Assignment.tell_at, "条交办、转办"), (Bounce.tell_at, "条退办申请")):
        late = _some(session, column, column < now - STAGE_LATE)
        if late:
            yield Finding("handed_untold", f"{late[0]}{words}超过1分钟仍未通知", late[1])


def processes(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield processes that gave no sign of life for a minute."""
    found = heartbeats(session)
    for name, words in PROCESSES.items():
        last = found.get(name)
        if last is None:
            yield Finding(f"silent_{name}", f"{words}从未运行")
        elif now - last.at > SILENT:
            yield Finding(f"silent_{name}", f"{words}已停，上次心跳{moment(last.at, now)}", last.at)


def mailbox(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield that mail that comes back is not read. Asked only where a mailbox is set."""
    last = heartbeats(session).get("inbox")
    if last is None:
        yield Finding("silent_inbox", "收信（inbox）从未运行")
    elif now - last.at > SILENT:
        yield Finding("silent_inbox", f"收信（inbox）已停，上次心跳{moment(last.at, now)}", last.at)
    elif last.words:
        yield Finding("inbox", f"收不到回复和退信：{last.words}")


def calendar(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield, from 1 November on, that next year's table of working days is missing."""
    local = now.astimezone(BEIJING)
    following = local.date().replace(year=local.year + 1, month=1, day=1)
    if local.month >= 11 and not in_force(session).knows(following):
        words = f"{following.year}年的工作日表尚未导入，跨年的工作日时限暂按周一至周五计算"
        yield Finding("calendar", words, datetime(local.year, 11, 1, tzinfo=BEIJING))


def clock_jump(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield, for a day, that the machine's clock jumped or the machine slept."""
    kept = fact(session, jump.FACT)
    at = datetime.fromisoformat(kept["at"]) if kept else None
    if at is not None and abs(now - at) < JUMP_SHOWN:
        direction = "向前" if kept["seconds"] > 0 else "向后"
        length = span(timedelta(seconds=abs(kept["seconds"])))
        yield Finding("clock_jump", f"系统时间{direction}跳变{length}（时钟被改动或机器休眠），请核对时间同步", at)


def periodic(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield reminders of periodic duties that should have gone out, and own channels without anything new."""
    late = _some(session, PeriodicDuty.look_at, PeriodicDuty.state == "open", PeriodicDuty.look_at < now - REMIND_LATE)
    if late:
        yield Finding("periodic_overdue", f"{late[0]}项周期性工作到点仍未提醒", late[1])
    if stale := stale_channels(session, now):
        names = "、".join(one.source.name for one in stale[:MOST_NAMES]) + ("等" if len(stale) > MOST_NAMES else "")
        days = rule_of(session, "MEDIA_FRESH").limit
        yield Finding("media_fresh", f"{len(stale)}个自有渠道超过{days}天没有更新：{names}", stale[0].since)


def limits(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield, as long as it stands, every legal limit the office gave itself more time for."""
    for rule, row in lengthened(session):
        words = f"{rule.title}长于规定的时限（{rule.source}），理由：{row.reason}"
        yield Finding(f"limit_{rule.code}", words, row.set_at)


def tables(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield, as one, what of the office's own ladder or chase table cannot be used: the packaged one stands for it."""
    if wrong := faults(session):
        more = f"等{len(wrong)}处" if len(wrong) > 1 else ""
        yield Finding("tables", f"本单位的通知阶梯或未签收跟进表不能用，现按默认的通知：{wrong[0]}{more}")


def parameters(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield that the parameters the office adopted for judging cannot be used."""
    if words := learned.trouble(session):
        yield Finding("learned", words)


def sources(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield, as one, the sources that fail, are refused or never connected; quiet ones are no fault."""
    failing = [source for source, health in silence(session, now).troubled if source.failing_since is not None]
    if failing:
        names = "、".join(source.name for source in failing[:MOST_NAMES]) + ("等" if len(failing) > MOST_NAMES else "")
        since = min(source.failing_since for source in failing if source.failing_since is not None)
        yield Finding("sources", f"{len(failing)}个监测源抓取失败：{names}", since)


def disk(folder: Path, fullest: float = FULLEST) -> Iterator[Finding]:
    """Yield that the disk is so full that no evidence is kept any more."""
    used = used_part(folder)
    if used >= fullest:
        yield Finding("disk", f"{full_words(used)}，请腾出空间")


def rota(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield, as one, the gaps of the next 14 days in an office that keeps a rota; post holders fill them meanwhile."""
    gaps = coming_gaps(session, now)
    if gaps:
        first = min(gaps, key=lambda gap: gap.start)
        when = "现在" if first.start <= now else moment(first.start, now)
        yield Finding("rota", f"值班表未来14天有{len(gaps)}处空缺，最早：{first.words}，{when}起")


def _open_ids() -> Select[int]:
    return select(Deadline.id).where(Deadline.state == "open")


def _some(
    session: Session, since: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], *where: object
) -> tuple[int, datetime | None] | None:
    """Return how many rows there are and the earliest of them, None for none."""
    conditions: tuple[ColumnElement[bool], ...] = where  # type: ignore[assignment]
    count, first = session.execute(select(func.count(), func.min(since)).where(*conditions)).one()
    return (count, first) if count else None
