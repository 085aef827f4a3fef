"""Folder names in modified UTF-7."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.imap_names import decoded, encoded


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", "INBOX"),
        ("局长信箱", "&XECVf0,he7E-"),
        ("a & b", "a &- b"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # The example of RFC 3501.
        ("来信 2026", "&Z2VP4Q- 2026"),
        ("", ""),
    ],
)
def test_names_are_written_as_the_standard_says(name, written):
    assert encoded(name) == written
    assert decoded(written) == name


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_name_comes_back(name):
    assert encoded(name).isascii()
    assert decoded(encoded(name)) == name


@given(st.text())
def test_what_is_not_written_so_is_left_as_it_is(text):
    assert isinstance(decoded(text), str)
    assert decoded("&!-") == "&!-"
    assert decoded("&A-") == "&A-"
