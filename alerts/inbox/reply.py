"""The new text of a reply: without the quoted history, without signatures. Text in, text out."""

import re
from collections.abc import Iterator
from itertools import pairwise

from alerts.inbox.history import begins_history, begins_signature
from domain.html_text import CUT

MOST_LINES = 5_000
MOST_HISTORIES = 20
"""Quotations after each of which the sender may go on."""
_QUOTED = re.compile(r"^\s*(?:>|&gt;)")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_EMPTY_LINES = re.compile(r"\n{3,}")


def new_text(text: str) -> str:
    """Return what the sender wrote anew, lines as they were, empty where they wrote nothing.

    Text above the history counts; where there is none, what stands unquoted below it.
    """
    lines = _lines(text)
    above = _unsigned(list(_above(lines)))
    if above:
        return above
    return _unsigned([line for line in _below(lines) if not _QUOTED.match(line) and line.strip() != CUT])


def _lines(text: str) -> list[str]:
    plain = _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return [line.rstrip() for line in plain.split("\n")[:MOST_LINES]]


def _above(lines: list[str]) -> Iterator[str]:
    """Yield what stands above the history, and between quoted lines where the answers were written there."""
    at = histories = 0
    while at < len(lines):
        introduced = begins_history(lines, at)
        histories += bool(introduced)
        if introduced and (histories > MOST_HISTORIES or not _answers_within(lines, at + introduced)):
            return
        if introduced:
            at += introduced
            continue
        if not _QUOTED.match(lines[at]):
            yield lines[at]
        at += 1


def _answers_within(lines: list[str], at: int) -> bool:
    """Return whether the history is quoted line by line and paragraphs of the sender's own stand between or below.

    A line that follows a quoted one directly is the rest of it, wrapped on its way.
    """
    rest = lines[at : next((end for end in range(at, len(lines)) if begins_signature(lines, end)), len(lines))]
    first = next((line for line in rest if line.strip()), "")
    own = (bool(line.strip()) and not _QUOTED.match(line) and not before.strip() for before, line in pairwise(rest))
    return bool(_QUOTED.match(first)) and any(own)


def _below(lines: list[str]) -> list[str]:
    """Return what stands below the line that introduces a quotation; nothing where the history is not marked."""
    for at in range(len(lines)):
        introduced = begins_history(lines, at)
        if introduced:
            rest = lines[at + introduced :]
            return rest if any(_QUOTED.match(line) for line in rest) else []
    return []


def _unsigned(lines: list[str]) -> str:
    """Return the lines without what is a signature at their end, trimmed."""
    end = next((at for at in range(len(lines)) if begins_signature(lines, at)), len(lines))
    kept = "\n".join(line for line in lines[:end] if line.strip() != CUT)
    return _EMPTY_LINES.sub("\n\n", kept).strip()
