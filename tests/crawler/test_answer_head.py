"""Headers of answers, whatever bytes a server may put there."""

from datetime import UTC, datetime

import pytest

from crawler.answer_head import content_type, retry_after, validator

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
DAY = 86400


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("86401", DAY),
        ("9" * 10_000, DAY),
        ("Tue, 10 Mar 2026 05:00:00 GMT", 3600),
        ("Tue, 10 Mar 2026 13:00:00 +0800", 3600),
        ("Tuesday, 10-Mar-26 05:00:00 GMT", 3600),
        ("Tue, 10 Mar 2026 05:00:00", 3600),
        ("Tue, 10 Mar 2026 03:00:00 GMT", 0),
        ("Fri, 10 Mar 2056 05:00:00 GMT", DAY),
        ("-5", None),
        ("1.5", None),
        ("\u00b2", None),
        ("\u0663", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Tue, 99 Mar 2026 05:00:00 GMT", None),
        ("Tue, 10 Mar 99999 05:00:00 GMT", None),
        ("Tue, 10 Mar 2026 05:00:00 +9999999", None),
        (", " * 5000, None),
    ],
)
def test_how_long_to_wait_is_read_or_left_alone(value: str | None, seconds: int | None):
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("text/html", ("text/html", None)),
        ("Text/HTML ; Charset=GB2312", ("text/html", "gb2312")),
        ('text/html; charset="utf-8"; x=y', ("text/html", "utf-8")),
        ("text/html; a=b;charset='gbk'", ("text/html", "gbk")),
        ("text/html; charset=", ("text/html", None)),
        ("text/html; charset*=utf-8''%ff", ("text/html", None)),
        ("", ("", None)),
        (None, ("", None)),
        ("text/html;" + '";' * 50_000, ("text/html", None)),
        ("text/html; charset=" + "x" * 500, ("text/html", "x" * 40)),
    ],
)
def test_type_and_charset_are_told_apart(value: str | None, said: tuple[str, str | None]):
    assert content_type(value) == said


@pytest.mark.parametrize("value", ['"v1"', 'W/"a b"', "Tue, 10 Mar 2026 05:00:00 GMT", "yesterday"])
def test_a_validator_is_kept_as_it_came(value: str):
    assert validator(value, 200) == value


@pytest.mark.parametrize("value", ['"\u00e9"', '"\u4e2d"', '"a\tb"', '"' + "x" * 500 + '"', "", None])
def test_a_validator_that_cannot_be_stored_or_sent_back_is_forgotten(value: str | None):
    assert validator(value, 200) is None
