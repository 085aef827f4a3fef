"""How far something asked of the crawler is, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dashboard.words import span
from store.office import heartbeats
from store.tables.sources import Ask

DOING = {"look": "正在打开网址并辨认", "table": "正在读表格", "opinions": "正在读表格", "opml": "正在读清单"}
LATE = timedelta(seconds=20)
"""A question nobody has taken after this long waits for a process that may not run."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Whether it is done (answered or given up), what is said meanwhile, and what may be wrong."""

    done: bool
    words: str
    doubt: str = ""


def progress(session: Session, ask: Ask, now: datetime) -> Progress:
    """Return how far a question is."""
    waited = span(now - ask.at)
    if ask.answered_at is not None:
        return Progress(True, f"用了 {span(ask.answered_at - ask.at)}")
    if ask.ask_at is None:
        return Progress(True, "试了几次都没有做成")
    if ask.attempts == 0:
        return Progress(False, f"等抓取进程接手，已等 {waited}", _doubt(session, ask, now))
    doing = "正在写出清单" if ask.asked.get("export") else DOING[ask.what]
    again = f"，第 {ask.attempts} 次尝试" if ask.attempts > 1 else ""
    return Progress(False, f"{doing}{again}，已用 {waited}")


def _doubt(session: Session, ask: Ask, now: datetime) -> str:
    """Return what may be wrong where nobody takes a question for long."""
    if now - ask.at < LATE:
        return ""
    beat = heartbeats(session).get("worker")
    if beat is None:
        return "抓取进程从未运行。请系统管理员启动 huiying worker；这个请求留着，启动后会做。"
    if now - beat.at > timedelta(seconds=60):
        return f"抓取进程 {span(now - beat.at)} 没有心跳。请系统管理员检查 huiying worker；这个请求留着，恢复后会做。"
    return "抓取进程正忙，轮到时会做，可以先去做别的。"
