"""Where the history of a mail begins and where its signature: one pattern for each way mail programs write them."""

import re
from collections.abc import Sequence

from domain.html_text import CUT

MOST_HEADER_LINES = 6
_LINE = re.compile(
    r"^\W{0,3}[-_=—－]{2,}\s*(?P<words>[^-_=—－]{2,50}?)\s*[-_=—－]{2,}\W{0,3}(?:(?:发件人|from)\s*[:：].*)?$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(r"^\s*(?:original|原文|原邮件)\s*[:：]\s*$", re.IGNORECASE)
_LINE_WORDS = re.compile(
    r"原始?邮件|邮件原文|原始?郵件|转发(?:的)?邮件|轉寄(?:的)?郵件|回复的原邮件|original message|original appointment"
    r"|forwarded (?:message|by)"
    r"|oprindelig meddelelse|ursprüngliche nachricht|message d'origine|message original|mensaje original"
    r"|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht|originalt? meddelande|originalmeddelande|opprinnelig melding"
    r"|wiadomość oryginalna|исходное сообщение|пересылаемое сообщение|reply (?:message|above this line)"
    r"|replied message",
    re.IGNORECASE,
)
_FROM = r"发件人|發件人|寄件者|寄件人|from|von|de|da|van|fra|från|od|от|expéditeur|mittente"
_OTHER = (
    r"发送时间|發送時間|发送日期|日期|时间|時間|发件时间|收件人|收件者|抄送|副本|主题|主題|主旨|sent|date|to|cc"
    r"|subject|gesendet|datum|an|betreff"
    r"|envoyé|à|objet|enviado(?: el)?|para|asunto|inviato|data|a|oggetto|verzonden|aan|onderwerp|sendt|til|emne"
    r"|skickat|till|ämne"
    r"|wysłano|do|temat|отправлено|кому|тема|дата|reply-to|importance|重要性|附件"
)
_MARKED = r"[>\s]*\**\s*(?:{})\s*\**\s*[:：]\s*\**"
_FROM_LINE = re.compile(r"^" + _MARKED.format(_FROM) + r"\s*\S", re.IGNORECASE)
_OTHER_LINE = re.compile(r"^" + _MARKED.format(_OTHER), re.IGNORECASE)
_WROTE = (
    r"写道|寫道|写到|撰写|wrote|writes|schrieb(?:en)?|geschrieben|a écrit|escribió|escreveu|ha scritto"
    r"|schreef(?: het volgende)?"
    r"|skrev|napisał(?:\(a\)|a)?|pisze|написал(?:а|\(а\))?|пишет|kirjoitti|napsal(?:\(a\)|a)?|のメッセージ"
)
_BEGINS = (
    r"在|于|於|on|am|le|el|il|em|op|den|dnia|w dniu|dne|el día|в|\d|週|周|(?:mon|tue|wed|thu|fri|sat|sun)\w*|[“\"'<]"
    r"|(?:пн|вт|ср|чт|пт|сб|вс)\b|(?:lun|mar|mer|jeu|ven|sam|dim)\w*\b|(?:po|wt|śr|czw|pt|sob|ndz|niedz)\b\.?"
)
_WHEN = r"\d{4}|\d{1,2}[:.]\d\d|\d{1,2}[/.-]\d{1,2}|@"
_ATTRIBUTION = re.compile(
    rf"^[>\s*]*(?:{_BEGINS})(?=.*(?:{_WHEN})).*?(?:{_WROTE})(?:\s|[^\w\s]|\w+[:：])*$", re.IGNORECASE
)
_NAMED = re.compile(rf"^[>\s*]*\S.{{0,120}}(?:<[^<>@\s]+@[^<>\s]+>|@).*(?:{_WROTE}).{{0,40}}[:：]\s*$", re.IGNORECASE)
_DATED = re.compile(
    r"^(?=.{0,60}(?:\d{4}[-/年.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|\d{1,2}[:.]\d\d)).{0,200}<\s*[^<>\s]+@[^<>\s]+>\s*[:：]\s*$"
)
_COLON = re.compile(r"[:：]\s*$")
_SOME_DATE = re.compile(r"\d{4}|\d{1,2}[:.]\d\d|@")
_BEGINNING = re.compile(rf"^[>\s*]*(?:{_BEGINS})", re.IGNORECASE)
_QUOTED = re.compile(r"^\s*>")
_RULER = re.compile(r"^\s*[_=*-]{10,}\s*$")
_DEVICES = (
    r"iphone|ipad|android|mail|windows|outlook|foxmail|mate|pixel|samsung|手机|手機|平板|电脑|邮箱|信箱"
    r"|邮件|客户端|安卓|鸿蒙|华为|荣耀|小米|红米|三星"
)
_DEVICE = re.compile(
    r"^[\s>*<\[(]*(?:(?:发|發|来|來|发送)自[^，。！？,!?]{0,20}(?:"
    + _DEVICES
    + r")[^，。！？,!?]{0,12}|从\s?Windows\s?版邮件发送|下载\s?Outlook.{0,40}"
    r"|(?:sent|send) from \w{3,20}(?:\s?<https?://[^<>\s]*>)?|由网易邮箱大师定制|获取\s?Outlook.{0,40}"
    r"|从我的.{1,20}发送|获取适用于.{0,40}Outlook.{0,20}"
    r"|(?:sent|send) (?:from|via|with|using) (?:my|mail|yahoo|outlook|the|a|an|blackberry|gmail|proton ?mail"
    r"|samsung|iphone|ipad|android)"
    r"\b[^,.;:!?]{0,40}|get outlook for .{1,40}|von meinem .{1,30} gesendet|gesendet von .{1,40}"
    r"|diese nachricht wurde von .{1,40} gesendet"
    r"|envoyé (?:de|depuis) (?:mon|ma) .{1,30}|enviado desde mi .{1,30}|enviado do meu .{1,30}"
    r"|inviato da(?:l mio)? .{1,30}"
    r"|verstuurd vanaf mijn .{1,30}|verzonden (?:met|vanaf) .{1,30}|sendt fra min .{1,30}|skickat från min .{1,30}"
    r"|отправлено (?:с|из) .{1,30}|wysłane? z .{1,30})\W*$",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"^\s?(?:--|—|——|–|__)\s*$|^\s?(?:[-_*=~]{5,}|—{3,})\s*$|^\s*\|[\s|]*$")
_DASHED_NAME = re.compile(r"^\s?(?:-{1,2}|—|–)\s?[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}\s*$")
_DEFINITE = re.compile(r"^\s?--\s*$")
MOST_SIGNED = 12
MOST_AFTER_DEVICE = 4


def begins_history(lines: Sequence[str], at: int) -> int:
    """Return how many lines from `at` on introduce the history of a mail; 0 where none begins there."""
    line = lines[at]
    if not line.strip():
        return 0
    if line.strip(" >") == CUT:
        return 1
    ruled = _LINE.match(line)
    if ruled and (_LINE_WORDS.search(ruled["words"]) or _header_follows(lines, at)):
        return 1
    if _FROM_LINE.match(line) and _is_header(lines, at):
        return 1
    if (_RULER.match(line) or _ORIGINAL.match(line)) and _header_follows(lines, at):
        return 1
    return _attribution(lines, at)


def begins_signature(lines: Sequence[str], at: int) -> bool:
    """Return whether what stands from `at` on is a signature: of a device, behind a dividing line, or a dashed name."""
    line = lines[at]
    device, divided, dashed = (bool(form.match(line)) for form in (_DEVICE, _DELIMITER, _DASHED_NAME))
    if not (device or divided or dashed):
        return False
    rest = [one for one in lines[at + 1 : at + 2 + 4 * MOST_SIGNED] if one.strip()]
    if device:
        return len(rest) <= MOST_AFTER_DEVICE
    if divided:
        return len(rest) <= MOST_SIGNED and (bool(_DEFINITE.match(line)) or (bool(rest) and _like_a_card(rest)))
    return len(rest) <= 2 and all(len(one) < 40 for one in rest)


def _like_a_card(lines: Sequence[str]) -> bool:
    """Return whether lines are those of a visiting card: short, and no sentences."""
    return all(len(line) <= 60 and not line.rstrip().endswith(("。", "！", "？", "；")) for line in lines)


def _header_follows(lines: Sequence[str], at: int) -> bool:
    """Return whether the next line with words begins the header of a mail."""
    following = next((n for n in range(at + 1, min(at + 5, len(lines))) if lines[n].strip()), None)
    return following is not None and bool(_FROM_LINE.match(lines[following])) and _is_header(lines, following)


def _is_header(lines: Sequence[str], at: int) -> bool:
    near = [line for line in lines[at + 1 : at + 1 + 2 * MOST_HEADER_LINES] if line.strip()][:MOST_HEADER_LINES]
    return sum(bool(_OTHER_LINE.match(line)) for line in near) >= (1 if len(near) < 3 or "@" in lines[at] else 2)


def _attribution(lines: Sequence[str], at: int) -> int:
    """Return how many lines (up to four, because they wrap) say who wrote when."""
    if not _SOME_DATE.search(lines[at]) and not _BEGINNING.match(lines[at]):
        return 0
    for count in (1, 2, 3, 4):
        taken = lines[at : at + count]
        if len(taken) < count or not taken[-1].strip():
            return 0
        joined = " ".join(line.strip(" >") for line in taken)[:400]
        if any(form.match(joined) for form in (_ATTRIBUTION, _NAMED, _DATED)):
            return count
        quoted = at + count < len(lines) and _QUOTED.match(lines[at + count])
        if count == 1 and quoted and _COLON.search(joined) and _SOME_DATE.search(joined):
            return count
    return 0
