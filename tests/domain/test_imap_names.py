"""Names of IMAP folders in modified UTF-7 (RFC 3501, 5.1.3)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.imap_names import decoded, encoded, on_the_wire

WRITTEN = [
    ("INBOX", "INBOX"),
    ("", ""),
    ("收件箱/舆情反馈", "&ZTZO9nux-/&ggZgxVPNmYg-"),
    ("已发送", "&XfJT0ZAB-"),
    ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # The standard's own example.
    ("R&D", "R&-D"),
    ("&&", "&-&-"),
    ("研发&生产", "&eBRT0Q-&-&dR9Opw-"),
    ("😀", "&2D3eAA-"),
    ("a\r\nb", "a&AA0ACg-b"),
    ('引"号\\', '&XxU-"&U,c-\\'),
]


@pytest.mark.parametrize(("name", "wire"), WRITTEN)
def test_a_name_is_written_as_the_standard_says(name: str, wire: str) -> None:
    assert encoded(name) == wire
    assert decoded(wire) == name
    assert on_the_wire(name) == wire


@given(st.text())
def test_every_name_comes_back(name: str) -> None:
    wire = encoded(name)
    assert re.fullmatch(r"[\x20-\x7e]*", wire)
    assert decoded(wire) == name


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_it_differs_from_ordinary_utf_7_as_the_standard_says(name: str) -> None:
    assert encoded(name) == name.encode("utf-7").decode().replace("+", "&", 1).replace("/", ",")


@given(st.text())
def test_a_name_already_written_so_stays(name: str) -> None:
    wire = encoded(name)
    assert on_the_wire(wire) in (wire, encoded(wire))
    if "&" not in name:
        assert on_the_wire(wire) == wire


@pytest.mark.parametrize("wrong", ["R&D", "收件箱", "&Z-", "&ZTZO9nux", "&2D0-", "a\tb", "&+/-"])
def test_what_is_none_is_said(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decoded(wrong)


def test_what_only_looks_as_if_it_were_written_so_is_a_name() -> None:
    assert decoded("&ZTZ-") == "收"
    assert on_the_wire("&ZTZ-") == "&-ZTZ-", "the standard writes &ZTY-"


def test_half_a_character_has_no_name() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        on_the_wire("\ud83d")
