"""The one stylesheet is whole: a brace too few would silently switch off everything after it."""

import re

from dashboard.pages import STATIC

SHEET = re.sub(r"/\*.*?\*/", "", (STATIC / "huiying.css").read_text("utf-8"), flags=re.DOTALL)


def test_every_rule_is_closed_and_no_media_query_stands_within_another():
    depth, at = 0, []
    for sign in re.finditer(r"@media|[{}]", SHEET):
        if sign[0] == "@media":
            at.append(depth)
        else:
            depth += 1 if sign[0] == "{" else -1
        assert 0 <= depth <= 2, SHEET[sign.start() : sign.start() + 80]
    assert depth == 0
    assert at, "the sheet has rules for phones and for print"
    assert set(at) == {0}
