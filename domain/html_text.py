"""HTML of a mail as plain text: quoted parts marked with `>`, and a mark where the history of the mail begins."""

import html
import re

MOST_HTML = 1_000_000
MOST_TAG = 2_000
CUT = "\ue00c"
"""Stands, on a line of its own, where a mail program says that the history begins."""
_TOKEN = re.compile(r"<[!/?A-Za-z][^<>]*>|[^<]+|<")
_TAG = re.compile(r"<(/?)\s*([A-Za-z][A-Za-z0-9:]*)")
_WITH_SPACE = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre")
_BLOCKS = frozenset(
    (
        *_WITH_SPACE,
        "div",
        "br",
        "tr",
        "table",
        "li",
        "hr",
        "center",
        "blockquote",
        "section",
        "article",
        "header",
        "footer",
    )
)
_PARAGRAPHS = frozenset(_WITH_SPACE)
_UNSEEN = frozenset(("style", "script", "head", "title"))
_HISTORY = re.compile(
    r"""(?:id|class|name)\s*=\s*["']?[^"'>]*\b(?:gmail_quote(?:_container|_attribution)?|gmail_extra|divRplyFwdMsg
    |appendonsend|isReplyContent|isForwardContent|ntes-mailmaster-quote|mailquote|moz-cite-prefix|yahoo_quoted|zmail_extra
    |reply-intro|OLK_SRC_BODY_SECTION|stopSpelling|qmQuote|qm_replay|original-content|_origin|spark_quote|protonmail_quote
    |foxmail_quote|mailContentContainer_quote|mail-editor-reference-message-container|ydp\w*yahoo_quoted|aolReplyHeader)\b
    |border(?:-top)?\s*:\s*(?:none\s*;\s*border-top\s*:\s*)?(?:solid\s+\#?(?:B5C4DF|E1E1E1|CCCCCC)|1px\s+solid\s+\#?(?:B5C4DF|E1E1E1|CCCCCC))
    |<includetail""",
    re.IGNORECASE | re.VERBOSE,
)
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")


def as_text(source: str) -> str:
    """Return HTML as text, one line a block; linear in its length whatever it holds."""
    written = _Written()
    for token in _TOKEN.findall(_without_comments(source[:MOST_HTML])):
        tag = _TAG.match(token)
        if tag:
            written.tag(tag[2].lower(), bool(tag[1]), token[:MOST_TAG])
        elif not token.startswith("<!"):
            written.words(token)
    return written.text()


def _without_comments(source: str) -> str:
    """Return HTML without its comments, conditional ones of mail programs included."""
    kept, at = [], 0
    while (start := source.find("<!--", at)) >= 0 and (end := source.find("-->", start + 4)) >= 0:
        kept.append(source[at:start])
        at = end + 3
    return "".join((*kept, source[at:]))


class _Written:
    """Lines written so far, how deep the quotation is, and whether what comes is not shown."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._unseen = ""

    def tag(self, name: str, closing: bool, token: str) -> None:
        """Take a tag."""
        if self._unseen:
            self._unseen = "" if closing and name == self._unseen else self._unseen
            return
        if name in _UNSEEN and not closing:
            self._unseen = name
            return
        if name in _BLOCKS:
            self._end(name in _PARAGRAPHS)
        if not closing and _HISTORY.search(token):
            self._end()
            self._lines.append(self._prefix() + CUT)
        if name == "blockquote":
            self._depth = max(self._depth + (-1 if closing else 1), 0)

    def words(self, token: str) -> None:
        """Take text between tags."""
        if not self._unseen:
            self._line.append(token)

    def text(self) -> str:
        """Return everything as text."""
        self._end()
        return "\n".join(self._lines)

    def _prefix(self) -> str:
        return "> " if self._depth else ""

    def _end(self, paragraph: bool = False) -> None:
        line = _SPACES.sub(" ", html.unescape("".join(self._line))).strip()
        if line:
            self._lines.append(self._prefix() + line)
        if paragraph and self._lines and self._lines[-1]:
            self._lines.append("")
        self._line.clear()
