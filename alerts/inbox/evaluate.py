"""How well mails that come back are read: each figure beside its target, on a folder of mails with what is in them."""

import json
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

from alerts.figures import Figure, figure
from alerts.inbox.bounce import Bounce, bounce
from alerts.inbox.kind import Kind, judge
from alerts.inbox.reply import new_text
from domain.html_text import as_text
from domain.letter_in import as_words

BOUNCES, REPLIES = "5a_bounces", "5b_replies"
NOT_BOUNCES = ("feedback", "vacation")
"""Reasons of mails that tell of a complaint or an absence: what they answer has arrived."""
STATED = re.compile(
    r"""assert_?[eE]qual\(?\s*(["'])((?:\\.|(?!\1).)*)\1\s*,\s*(?:EmailReplyParser\.parse_reply|message\.reply)""",
    re.DOTALL,
)
MAIL_SYSTEM = re.compile(rb"^From:.*(?:mailer-daemon|postmaster)@", re.IGNORECASE | re.MULTILINE)
FIRST = re.compile(r"COMMON_FIRST_FRAGMENT = '(.*?)';", re.DOTALL)
Row = dict[str, Any]


def figures(folder: Path) -> list[Figure]:
    """Return all figures of a folder with the two collections. FileNotFoundError names what is missing."""
    bounced, replied = _index(folder / BOUNCES), _index(folder / REPLIES)
    real = [row for row in bounced if _is_bounce(row)]
    others = [row for row in bounced if _expected(row) and not _is_bounce(row)]
    others += [row for row in replied if not _by_mail_system(folder / REPLIES / row["file"])]
    stated = [row for row in replied if _stated(row, _common(replied), folder) is not None]
    return [
        _share(
            "退信识别，收件人与是否永久正确", real, 0.95, lambda row: _right(row, _bounce_of(folder / BOUNCES, row))
        ),
        _share("不是退信的来信没有误作退信", others, 1.0, lambda row: not _taken(folder, row)),
        _share("回复的新内容与注明的一致", stated, 0.90, lambda row: _same(row, _common(replied), folder)),
    ]


def _share(what: str, rows: list[Row], target: float, right: Callable[[Row], bool]) -> Figure:
    return figure(what, rows, target, right, lambda row: str(row["file"]))


def _index(folder: Path) -> list[Row]:
    return [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines() if line.strip()]


def _expected(row: Row) -> Row:
    found: Row = row.get("expected") or {}
    return found


def _is_bounce(row: Row) -> bool:
    expected = _expected(row)
    reasons = [record["reason"] for record in expected.get("records", ())]
    if "failing_recipients" in expected:
        return True
    return expected.get("is_bounce") is True and not any(reason in NOT_BOUNCES for reason in reasons)


def _bounce_of(folder: Path, row: Row) -> Bounce | None:
    return bounce(message_from_bytes((folder / row["file"]).read_bytes()))


def _right(row: Row, found: Bounce | None) -> bool:
    """Return whether a bounce was found with the recipients and the permanence that are stated."""
    if found is None:
        return False
    expected = _expected(row)
    named = {failure.recipient for failure in found.failures}
    if "failing_recipients" in expected:
        delayed = all("warning" in detector for detector in expected["detectors"])
        wanted = {one.lower() for one in expected["failing_recipients"]}
        return named == wanted and not (delayed and any(failure.given_up for failure in found.failures))
    known = {one.lower() for one in expected.get("final_or_original_recipient_in_mail", ())}
    codes = [record["dsn"] for record in expected["records"] if record["dsn"]]
    permanent = sorted(code.startswith("5") for code in codes)
    return (not known or bool(named & known)) and permanent == sorted(one.permanent for one in found.failures)


def _by_mail_system(path: Path) -> bool:
    """Return whether a mail among the replies was sent by a mail system: what it is nobody stated."""
    return bool(MAIL_SYSTEM.search(path.read_bytes()[:20_000]))


def _taken(folder: Path, row: Row) -> bool:
    """Return whether a mail that is no bounce was taken for one; fragments of mails cannot be."""
    where = next(folder / name / row["file"] for name in (BOUNCES, REPLIES) if (folder / name / row["file"]).exists())
    return judge(where.read_bytes()).kind == Kind.BOUNCE


def _common(rows: list[Row]) -> str:
    """Return the first paragraph that one of the collections states once for many of its mails."""
    sources = (_expected(row).get("assertions_source", "") for row in rows)
    found = next((one for source in sources if (one := FIRST.search(source))), None)
    return found[1].replace("\\n\\\n", "\n") if found else ""


def _stated(row: Row, common: str, folder: Path) -> str | None:
    """Return the new text that is stated for a reply, None for none."""
    expected = _expected(row)
    for name in ("reply_text", "reply_text_ignoring_whitespace"):
        if name in expected:
            return str(expected[name])
    found = STATED.search(expected.get("assertions_source", ""))
    if found:
        return found[2].replace("\\n", "\n")
    return common if common and _text(folder / REPLIES / row["file"]).startswith(common) else None


def _text(path: Path) -> str:
    if path.suffix == ".eml":
        return judge(path.read_bytes()).letter.text
    text = as_words(path.read_bytes())
    return as_text(text) if path.suffix == ".html" else text


def _same(row: Row, common: str, folder: Path) -> bool:
    stated, found = _stated(row, common, folder) or "", new_text(_text(folder / REPLIES / row["file"]))
    if "reply_text_ignoring_whitespace" in _expected(row):
        return list(_words(stated)) == list(_words(found))
    return stated.strip() == found


def _words(text: str) -> Iterator[str]:
    yield from text.split()
