"""`huiying due` as it is called: vectors, the item's own limit, and bad lines in their place."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HUIYING = Path(sys.executable).with_name("huiying")


def due(*rows):
    """What the command prints for these rows (dicts, or lines as they are), and its exit status."""
    lines = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    done = subprocess.run([HUIYING, "due"], input=lines.encode(), capture_output=True, timeout=30)
    assert done.stderr == b"", done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().splitlines()], done.returncode


def at(day, clock="09:00:00"):
    return f"{day}T{clock}+08:00"


GIVEN = [
    ({"rule": "MSG_REPLY", "start": at("2026-09-30")}, at("2026-10-10", "23:59:59"), False),
    ({"rule": "MSG_REPLY", "start": at("2026-02-13")}, at("2026-02-25", "23:59:59"), False),
    ({"rule": "MSG_REPLY", "start": at("2026-12-31")}, at("2027-01-05", "23:59:59"), True),
    ({"rule": "FOI_REPLY", "start": at("2025-09-30")}, at("2025-11-04", "23:59:59"), False),
    ({"rule": "FOI_REPLY", "start": at("2026-03-02"), "extended": True}, at("2026-04-28", "23:59:59"), False),
    ({"rule": "SITE_SUGGEST", "start": at("2026-03-02"), "complex": True}, at("2026-03-23", "23:59:59"), False),
    ({"rule": "AUTH_RELEASE", "start": "2026-11-22T06:05:00Z"}, at("2026-11-22", "19:05:00"), False),
    ({"rule": "PRESS_CONF", "start": at("2026-02-16", "22:30:00")}, at("2026-02-17", "22:30:00"), False),
    (
        {"rule": "HOTLINE", "start": at("2026-11-22"), "limit": "2026-11-25T04:00:00Z"},
        at("2026-11-25", "12:00:00"),
        False,
    ),
    ({"rule": "ANNUAL_REPORT", "start": at("2026-12-31")}, at("2027-01-31", "23:59:59"), False),
]


def test_every_answer_repeats_what_was_asked_and_says_when_and_how_surely():
    found, status = due(*(row for row, _, _ in GIVEN))
    assert found == [
        {"rule": row["rule"], "start": row["start"], "due": end, "provisional": provisional}
        for row, end, provisional in GIVEN
    ]
    assert status == 0


BAD = [
    ({"rule": "FIVE_HOURS", "start": at("2026-11-22")}, "FIVE_HOURS"),
    ({"rule": "AUTH_RELEASE", "start": "2026-11-22T14:05:00"}, "时区"),
    ({"rule": "AUTH_RELEASE", "start": "昨天"}, "昨天"),
    ({"rule": "AUTH_RELEASE", "start": None}, "None"),
    ({"rule": "AUTH_RELEASE"}, "缺少字段：start"),
    ({"start": at("2026-11-22")}, "缺少字段：rule"),
    ({"rule": ["AUTH_RELEASE"], "start": at("2026-11-22")}, "AUTH_RELEASE"),
    ({"rule": "HOTLINE", "start": at("2026-11-22")}, "limit"),
    ({"rule": "HOTLINE", "start": at("2026-11-22"), "limit": at("2026-11-21")}, "早于"),
    ({"rule": "AUTH_RELEASE", "start": at("2026-11-22"), "extended": True}, "延长"),
    ({"rule": "FOI_REPLY", "start": "9999-12-31T00:00:00+00:00"}, ""),
    ({"rule": "AUTH_RELEASE", "start": "0001-01-01T00:00:00+14:00"}, ""),
    ("{", "JSON"),
]


def test_each_bad_line_is_answered_in_its_place_and_the_command_goes_on():
    rows = [{**row, "id": n} if isinstance(row, dict) else row for n, (row, _) in enumerate(BAD)]
    good = {"id": "good", "rule": "AUTH_RELEASE", "start": at("2026-11-22")}
    found, status = due(*(row for bad in rows for row in (bad, good)))
    assert status == 1
    assert [one["due"] for one in found[1::2]] == [at("2026-11-22", "14:00:00")] * len(BAD)
    for n, (answer, (_, words)) in enumerate(zip(found[::2], BAD, strict=True)):
        assert answer["id"] in (n, None)
        assert words in answer["error"], answer
        assert answer["error"]


def test_help_says_what_is_read_and_printed():
    done = subprocess.run([HUIYING, "due", "--help"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("rule", "start", "limit", "due", "provisional"))


@pytest.mark.parametrize("words", [["due", "--no-such-option"], ["no-such-command"]])
def test_a_wrong_call_is_an_error(words):
    done = subprocess.run([HUIYING, *words], capture_output=True, stdin=subprocess.DEVNULL, timeout=30)
    assert done.returncode == 2
    assert done.stderr
