"""A letter: what one mail says, in its parts, and how it becomes HTML and complete plain text."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from alerts.words import full_day
from domain.masking import mask
from domain.workdays import beijing_day
from store.notices import Message

COLOURS = {"red": "#C81E2B", "orange": "#D9650B", "yellow": "#B98900", "blue": "#1D64D8"}
PLAIN = "#475569"
BLACK = "#111111"
_WHOLE = re.compile(r"(?:\d{4}年)?\d+月\d+日(?:（星期.）| )?\d\d:\d\d前?|\d{3,4}-\d{7,8}|(?:舆情)?〔\d{4}〕\d+号")
"""Times, telephone numbers and numbers of matters and documents."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One article: title, link (None where it is no web address), source and time in words."""

    title: str
    link: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Block:
    """A list under a heading: rows of (what it is, what stands below it; empty for nothing)."""

    heading: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Button:
    """The one button; `href` may begin with SITE or be ACK."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Office:
    """Who signs: the office's name and the duty room's telephone, None where none is registered."""

    name: str
    telephone: str | None

    @property
    def call(self) -> str:
        """How to reach the duty room by telephone."""
        return f"值班室（{self.telephone}）" if self.telephone else "值班室"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. `tag` is the word on the coloured strip, `ask` what to do by when, `rows` the facts, `notes` how."""

    subject: str
    tag: str
    colour: str
    greeting: str
    ask: str
    title: str
    rows: tuple[tuple[str, str], ...]
    office: Office
    at: datetime
    button: Button | None = None
    notes: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=())
    evidence_total: int = 0
    late: str | None = None
    """The sentence that marks it as written late."""
    overdue: bool = False
    short: str = ""
    """What channels outside the office's own mail carry, see `alerts.short`."""


def as_message(letter: Letter) -> Message:
    """Return the letter as subject, plain text and HTML, personal numbers of the matter masked."""
    words = {"letter": letter, "day": full_day(beijing_day(letter.at)), "elsewhere": _elsewhere(letter)}
    return Message(
        subject=mask(letter.subject),
        text=render("letter.txt", **words),
        html=render("letter.html", **words),
        short=letter.short,
    )


def _elsewhere(letter: Letter) -> int:
    """Return how many articles of the matter are not listed."""
    return max(letter.evidence_total - len(letter.evidence), 0)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("alerts"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["mask"] = mask
    made.filters["whole"] = whole
    return made


def whole(text: str) -> Markup:
    """Return a text for HTML, escaped, in which no line breaks inside a time or a number."""
    return Markup(_WHOLE.sub(lambda found: f'<span style="white-space:nowrap;">{found[0]}</span>', escape(text)))  # noqa: S704


def render(template: str, **words: object) -> str:
    """Return a template of `alerts/templates` filled in; HTML is escaped, a missing word is an error."""
    return _environment().get_template(template).render(**words)
