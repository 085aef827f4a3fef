"""Bounces that only say in words whom they did not reach: whether it is one, and for whom. Message in, failures out."""

import re
from collections.abc import Container, Iterable
from email.message import Message

from flufl.bounce import all_failures

from alerts.inbox.failure import Failure, failure, status_in
from domain.letter_in import addresses, header, html_of, text_of

_DAEMON = re.compile(
    r"mailer[-_.]?daemon|postmaster|mail[-_. ]?delivery|mail[-_. ]?administrator|mail[-_. ]?system"
    r"|delivery[-_. ]?subsystem|mdaemon"
    r"|sysadmin|系统退信|邮件系统|系统管理员|退信",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(r"no-?reply|do-?not-?reply", re.IGNORECASE)
_BEGINS = re.compile(
    r"^\W*(?:non-?deliver|undeliver|returned mail|mail delivery (?:fail|system)|failure notice"
    r"|delivery (?:status notification|failure)|系统退信|退信)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|failed mail|mail delivery problem|returned mail|return(?:ed)? to sender|returning (?:message"
    r"|mail)|non[- ]?deliver|not delivered|delivery (?:has )?fail|delivery error"
    r"|delivery (?:status|report|warning|delay|problem|notification)|fail(?:ure|ed).{0,20}(?:notice|deliver"
    r"|mail)|mail.{0,20}fail(?:ure|ed)"
    r"|bounce|error sending|could(?: not|n't) (?:be )?(?:deliver|send)|delayed|user unknown|mail error"
    r"|mail system error|nondeliverable"
    r"|邮件.{0,6}(?:失败|退回|无法|未能|异常)|退信|退回|投递失败|无法投递|投遞失敗|无法送达|未送达|发送失败"
    r"|發送失敗|递送失败|传递失败|发送延迟|投递延迟|未能送达|送信エラー|エラー通知|配信不能|メールエラー",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"(?:could|can|did|was|were|has|have|is|are|been|be)(?: ?not|n't)(?: been| be)? (?:deliver|sen[dt]|reach"
    r"|forward|process|accept)"
    r"|undeliver|unable to (?:deliver|send|process)|fail(?:ed|ure)|delivery (?:errors?|problems?)"
    r"|deliver.{0,40}(?:delayed|postponed)"
    r"|permanent(?:ly)? (?:fatal )?error|rejected|bounced|refused to accept|user unknown|unknown user"
    r"|no such user|no mailbox|returned"
    r"|(?:invalid|unknown|bad) (?:address|recipient|user)|not (?:found|exist|known|recognized|listed)"
    r"|mailbox (?:is )?(?:full|unavailable|disabled|not)"
    r"|trouble delivering|error (?:sending|delivering)|quota|warning message only|is full"
    r"|无法(?:投递|送达|发送|递送|传输|到达)|未能(?:送达|投递)|被退回|退信|投递失败|发送失败|送信できません"
    r"|お届けできません|拒收|不存在",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"warning (?:message )?only|will (?:be retried|continue to (?:try|retry)|keep trying|retry)"
    r"|still (?:being retried|trying)|has been (?:delayed|postponed)"
    r"|(?:delivery|message).{0,40}(?:delayed|postponed)|not yet been delivered|no action is required"
    r"|do not need to resend|temporar(?:y|ily) (?:problem|fail|error|unable)"
    r"|\bdelay(?:ed)?\b.{0,30}(?:notification|warning)|投递延迟|继续尝试|稍后重试|将重新投递|暂时无法|延迟投递",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^[> \t]*(?:[-=_*#]{2,}.{0,12}?(?:original|returned|this is a copy|copy of|message header|unsent|bounced"
    r"|your message|the header|mensaje original"
    r"|below this line|原始?邮件|原文|原信).*"
    r"|(?:the )?(?:original|returned) message.{0,40}[:.]|message headers? follow.*|the first \d+ lines of.*"
    r"|received\s*:.*|return-path\s*:.*"
    r"|bounced e-?mail\s*:|original headers?\s*:|原邮件(?:内容|信息)?如下.*)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}[A-Za-z0-9]")
_ALONE = re.compile(
    r"^(?![^@]*(?:contact|support|help|联系|reply))[\s>*•·.(\"'-]{0,20}(?:\S[^@<>]{0,60}[:：]\s*[<\"']?"
    r"|[^@<>:]{0,60}<)?"
    r"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}[A-Za-z0-9])(?=[\s>)\]:;,\"']|$)",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(
    r"^[> \t]*(?:to|cc|from|sender|subject|sent|date|reply-to|return-path|发件人|主题|mail from)\s*[:：].*$",
    re.IGNORECASE | re.MULTILINE,
)
_TO_LINE = re.compile(r"^[> \t]*(?:to|收件人)\s*[:：](.*)$", re.IGNORECASE | re.MULTILINE)
_OURSELVES = ("Return-Path", "From", "Sender", "Reply-To", "Delivered-To", "Envelope-To", "To", "Errors-To")


def failures(message: Message, original: Message | None) -> tuple[Failure, ...]:
    """Return whom a bounce in words did not reach; none where the mail is no bounce.

    `original` is the mail that it returns, where it is attached. The text counts, the header X-Failed-Recipients, what
    flufl.bounce knows of providers' own forms, and at last the recipient of the returned mail.
    """
    text = _whole(message)
    notice = _notice(text)
    if not _is_bounce(message, notice):
        return ()
    named = addresses(message, "X-Failed-Recipients") or _named(message, notice, _sent_to(original, text))
    delayed = bool(_DELAYED.search(f"{header(message, 'Subject')}\n{notice}"))
    return tuple(failure(one, _about(notice, one, named), delayed=delayed) for one in named)


def _whole(message: Message) -> str:
    plain, html = text_of(message), html_of(message)
    return plain if len(plain.strip()) > 40 or len(plain) >= len(html) else html


def _notice(text: str) -> str:
    """Return what the bounce itself says, without the mail it quotes."""
    found = next((one for one in _ORIGINAL.finditer(text) if text[: one.start()].strip()), None)
    return text[: found.start()] if found else text


def _is_bounce(message: Message, notice: str) -> bool:
    """Return whether a program says that a mail did not arrive: by its sender, its subject and its words."""
    subject, sender = header(message, "Subject"), header(message, "From")
    by_program = bool(_DAEMON.search(sender)) or header(message, "Return-Path") == "<>"
    titled, failed = bool(_SUBJECT.search(subject)), bool(_FAILED.search(notice) or _DELAYED.search(notice))
    if "X-Failed-Recipients" in message or (by_program and titled):
        return True
    if by_program and failed and (bool(status_in(notice)) or bool(_DAEMON.search(subject))):
        return True
    return failed and (bool(_BEGINS.match(subject)) or (titled and bool(_NO_REPLY.search(sender))))


def _sent_to(original: Message | None, text: str) -> tuple[str, ...]:
    """Return to whom the returned mail was addressed, as far as it can be seen."""
    if original is not None and (found := addresses(original, "To", "X-Original-To")):
        return found
    rest = text[len(_notice(text)) :]
    return tuple(dict.fromkeys(one.lower() for line in _TO_LINE.findall(rest) for one in _ADDRESS.findall(line)))[:20]


def _named(message: Message, notice: str, sent_to: tuple[str, ...]) -> tuple[str, ...]:
    """Return the recipients the text names.

    Those that stand on lines of their own first of all, then those of the returned mail, then any it mentions.
    """
    ours = set(addresses(message, *_OURSELVES))
    said = _HEADER_LINE.sub("", notice)
    alone = _others((found[1] for found in map(_ALONE.match, said.splitlines()) if found), ours)
    mentioned = _others(_ADDRESS.findall(said), ours)
    certain = tuple(one for one in mentioned if one in sent_to)
    known = _others(_by_provider(message), ours)
    return alone or certain or known or mentioned or _others(sent_to, ours)


def _others(found: Iterable[str], ours: Container[str]) -> tuple[str, ...]:
    """Return addresses in lower case, once each, without our own and those of the mail system."""
    lower = dict.fromkeys(one.lower().rstrip(".'") for one in found)
    return tuple(one for one in lower if one not in ours and not _DAEMON.search(one))


def _by_provider(message: Message) -> tuple[str, ...]:
    """Return what flufl.bounce finds; it knows old forms of many providers and may fail on broken mail."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # A reader of somebody else's, given anybody's bytes: what it cannot read it did not find.
        return ()
    found = (one.decode("ascii", "replace") if isinstance(one, bytes) else str(one) for one in (*permanent, *temporary))
    return tuple(sorted({one.lower() for one in found}))


def _about(notice: str, recipient: str, all_: tuple[str, ...]) -> str:
    """Return the paragraph about one recipient: from where it is named to where the next one is, else everything."""
    lower = notice.lower()
    at = lower.find(recipient)
    if at < 0 or len(all_) == 1:
        return notice
    ends = [end for other in all_ if other != recipient and (end := lower.find(other, at + len(recipient))) > 0]
    return notice[at : min(ends, default=len(notice))]
