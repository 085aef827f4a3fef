"""Why a mail did not arrive: status and diagnosis of a bounce in words, and whether it is for good. Pure."""

import re
from dataclasses import dataclass

_ENHANCED = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.:-])([45])[0-5]\d(?=[ \-:>]|$)", re.MULTILINE)
_WORDS = (
    (
        r"quota|mailbox.{0,20}full|full.{0,20}mailbox|over ?limit|insufficient.{0,20}storage|已满|空间不足"
        r"|超出配额|一杯",
        "邮箱已满",
    ),
    (r"too (?:large|big)|size exceed|exceeds.{0,30}size|message size|过大|超过.{0,6}大小", "邮件过大"),
    (
        r"spam|blocked|blacklist|black list|policy|dmarc|\bspf\b|dkim|reputation|unsolicited|virus|垃圾|拒收"
        r"|黑名单|反病毒",
        "被对方邮箱拒收",
    ),
    (r"disabled|inactive|suspended|discontinued|停用|禁用|冻结|锁定", "邮箱已停用"),
    (
        r"user unknown|unknown user|no such|does ?n[o']t exist|not exist|invalid (?:address|recipient|mailbox)"
        r"|unknown recipient"
        r"|recipient (?:not found|unknown)|no mailbox|unrouteable|address rejected|not recognized|不存在"
        r"|无此用户|找不到",
        "地址不存在",
    ),
    (r"host (?:unknown|not found)|domain.{0,20}not found|name or service|no route|域名", "对方的邮件域名有误"),
    (r"timed? ?out|connect|refused|unreachable|expired|deferred|超时|连接", "对方的邮件服务器连不上"),
)
_BY_STATUS = {
    "1": "地址不存在",
    "2.1": "邮箱已停用",
    "2.2": "邮箱已满",
    "2.3": "邮件过大",
    "3.4": "邮件过大",
    "4": "对方的邮件服务器连不上",
    "7": "被对方邮箱拒收",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient that a mail did not reach.

    `permanent`: the receiving side refused for good (status 5). `given_up`: nobody tries any more, whatever the status.
    """

    recipient: str
    status: str
    permanent: bool
    given_up: bool
    why: str
    """What went wrong, in Chinese."""
    said: str
    """What the server said, at most 300 characters."""
    also: tuple[str, ...] = ()
    """Other addresses of the same recipient, where the mail was forwarded."""


def failure(
    recipient: str, text: str, *, status: str = "", delayed: bool = False, also: tuple[str, ...] = ()
) -> Failure:
    """Return what `text`, a diagnosis or the paragraph about a recipient, means; `status` wins over codes in it."""
    code = status or status_in(text)
    said = " ".join(text.split())[:300]
    permanent = not delayed and not code.startswith("4")
    return Failure(recipient, code, permanent, not delayed, _why(code, said), said, also)


def status_in(text: str) -> str:
    """Return the status a text quotes, e.g. `5.1.1`, or `5.0.0` from a bare reply code; empty for none."""
    enhanced = _ENHANCED.search(text)
    if enhanced:
        return enhanced[0]
    reply = _REPLY.search(text)
    return f"{reply[1]}.0.0" if reply else ""


def _why(status: str, said: str) -> str:
    subject, _, detail = status.partition(".")[2].partition(".")
    exact = _BY_STATUS.get(f"{subject}.{detail}")
    if exact:
        return exact
    found = next((words for pattern, words in _WORDS if re.search(pattern, said, re.IGNORECASE)), None)
    return found or _BY_STATUS.get(subject) or "没有送达"
