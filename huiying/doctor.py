"""What works and what is missing, each in one sentence; asked by `huiying doctor`."""

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.outgoing import takes_full_text
from domain.escalation import POSTS
from huiying import beat
from huiying.folder import read_folder, with_demo
from store import db, journal, office, people, schema
from store.calendar import calendar
from store.channels import LABELS, channels_for, configured
from store.disk import FULLEST, full_words, used_part
from store.heat_file import path_of, read_numbers
from store.org import read_org
from store.settings import SettingError, Settings
from store.tables.people import Person

FRESH = timedelta(seconds=60)
PROCESSES = ("clock", "sender", "beat", "worker", "grouper", "auditor")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it is fine, whether it must be dealt with (`red`), and the sentence."""

    ok: bool
    red: bool
    words: str


def findings(settings: Settings) -> list[Finding]:
    """Return all checks, in the order in which one would mend them; a check that breaks is itself a finding."""
    settings = with_demo(settings)
    found = [_folder(settings), _channel(settings), _redis(settings), _disk(settings), _heat(settings)]
    database = _database(settings)
    found.append(database)
    if database.ok:
        found += [check(settings) for check in (_org, _posts, _domains, _processes, _journal, _calendar)]
    return found


def _folder(settings: Settings) -> Finding:
    folder = read_folder(settings)
    if folder is None:
        return Finding(False, True, f"数据文件夹 {settings.data_dir} 还没有建好，请运行 huiying init")
    return Finding(True, False, f"数据文件夹 {settings.data_dir}：{folder.name}{'（演示）' if folder.demo else ''}")


def _heat(settings: Settings) -> Finding:
    """Return whether the numbers of heat and levels can be read: with a broken table nothing is counted."""
    try:
        read_numbers(settings)
    except SettingError as error:
        return Finding(False, True, f"话题热度和早期预警停着：{error}")
    own = path_of(settings).is_file()
    return Finding(True, False, f"话题热度用{'本局自己的' if own else '自带的'}数字表")


def _channel(settings: Settings) -> Finding:
    """Return whether anybody can be told: without a channel nobody is, and mail has to be taken where it is set."""
    others = "、".join(LABELS[name] for name in configured(settings) if name != "email")
    if settings.smtp_url is None and not others:
        return Finding(False, True, "没有可用的通知渠道：任何时限都不会通知到人。请设置 SMTP_URL")
    if settings.smtp_url is None:
        return Finding(True, False, f"通知渠道：{others}（没有设置邮件；用 huiying channel test 试发）")
    parts = urlsplit(settings.smtp_url)
    try:
        kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        with kind(parts.hostname or "", parts.port or 0, timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        beside = f"；另有{others}" if others else ""
        words = f"通知渠道不通：发信服务器 {parts.hostname}:{parts.port} 连不上（{error}）{beside}"
        return Finding(False, not others, words)
    return Finding(
        True, False, f"发信服务器 {parts.hostname}:{parts.port} 可以连接" + (f"；另有{others}" if others else "")
    )


def _redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return Finding(True, False, "Redis 未设：由 huiying up 自带")
    try:
        policy = beat.connect_redis(settings.redis_url).config_get("maxmemory-policy")
    except RedisError as error:
        return Finding(False, False, f"Redis 连不上（{type(error).__name__}）：抓取与研判改为自行查找，时限不受影响")
    fine = str(policy.get("maxmemory-policy")) == "noeviction"
    return Finding(fine, False, "Redis 正常" if fine else "Redis 的 maxmemory-policy 应为 noeviction")


def _disk(settings: Settings) -> Finding:
    """Return whether there is room: above 90 % evidence stops, above 97 % the database is in danger."""
    used = used_part(settings.data_dir)
    full = used >= FULLEST
    return Finding(not full, used >= 0.97, f"{full_words(used)}，请腾出空间" if full else f"磁盘已用 {used:.0%}")


def _database(settings: Settings) -> Finding:
    try:
        current = schema.is_current(settings.database_url)
    except Exception as error:
        return Finding(False, True, f"数据库连不上（{type(error).__name__}），请检查 DATABASE_URL")
    if not current:
        return Finding(False, True, "数据库还没有建好或需要升级，请运行 huiying init 或 huiying up")
    db.connect(settings.database_url)
    return Finding(True, False, "数据库正常")


def _org(settings: Settings) -> Finding:
    try:
        org = read_org(settings.org_file)
    except SettingError as error:
        return Finding(False, True, str(error))
    return Finding(True, False, f"机构模板：{org.name}，{len(org.units)} 个单位")


def _posts(settings: Settings) -> Finding:
    """Return whether every post of the ladder leads to somebody with an address."""
    with db.reading() as session:
        now = beat.now()
        empty = [
            name for post, name in POSTS.items() if post != "liaison" and not _reached(session, post, now, settings)
        ]
        silent = [unit.name for unit in people.units(session) if not people.holders(session, "liaison", unit.id)]
    if empty:
        return Finding(False, True, f"这些岗位没有可通知的人：{'、'.join(empty)}；请用 huiying user add 登记")
    if silent:
        return Finding(False, False, f"这些单位没有联络员：{'、'.join(silent)}")
    return Finding(True, False, "岗位齐全")


def _domains(settings: Settings) -> Finding:
    """Return whether the people's mail addresses are in domains that get letters in full."""
    with db.reading() as session:
        asked = session.scalars(select(Person.email).where(Person.active, Person.email.is_not(None)))
        foreign = [email for email in asked if email and not takes_full_text(email, settings)]
    words = f"{len(foreign)} 个人的邮箱在本单位邮件域名之外，只收短文和链接；域名在 HUIYING_FULL_TEXT_DOMAINS 登记"
    return Finding(not foreign, False, words if foreign else "邮箱都在可收全文的域名内")


def _reached(session: Session, post: str, now: datetime, settings: Settings) -> bool:
    return any(channels_for(person, settings) for person in people.on_duty(session, post, now))


def _processes(settings: Settings) -> Finding:
    with db.reading() as session:
        beats = office.heartbeats(session)
    now = beat.now()
    wanted = (*PROCESSES, "inbox") if settings.imap_url else PROCESSES
    dead = [name for name in wanted if name not in beats or now - beats[name].at > FRESH]
    if dead:
        return Finding(False, False, f"没有心跳的进程：{'、'.join(dead)}（服务没有运行？）")
    index = beats["grouper"].words
    return Finding(True, False, f"各进程都有心跳{f'；{index}' if index else ''}")


def _journal(settings: Settings) -> Finding:
    with db.reading() as session:
        broken = journal.first_broken(session)
        count, _ = journal.head(session)
    return Finding(
        broken is None, True, f"操作日志第 {broken} 条起对不上" if broken else f"操作日志 {count} 条，链条完整"
    )


def _calendar(settings: Settings) -> Finding:
    now = beat.now()
    wanted = now.year + (now.month >= 11)
    with db.reading() as session:
        known = wanted in calendar(session).years
    return Finding(known, False, f"{wanted} 年工作日历{'已有' if known else '尚缺：跨年时限按周一至周五暂算'}")
