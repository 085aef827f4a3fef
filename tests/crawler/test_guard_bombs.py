"""Scenario 33: what unpacks, never ends or lies about its length is stopped soon, and costs little memory."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import BOMBS, MEGA, PROSE, feed, many
from odd_server import OddServer, odd_server

ITEM = f"<item><title>通报</title><description>{PROSE * 1000}</description></item>"
LARGE = {
    "plain4": lambda ask: ask.reply(body=b"a" * 4 * MEGA),
    "gzip14": lambda ask: ask.reply(body=gzip.compress(b"a" * 14 * MEGA), Content_Encoding="gzip"),
    "chunks": many(b"a" * MEGA, 100),
    "feed": lambda ask: ask.reply(body=gzip.compress(feed(ITEM * 95)), Content_Encoding="gzip"),
}
EXPECTED = {
    "gzip300": "too_large",
    "gzip_nested": "fetched",
    "gzip_twice": "encoding",
    "gzip_members": "fetched",
    "brotli": "encoding",
    "zstd": "encoding",
    "chunked": "too_large",
    "chunks_of_one": "broken",
    "chunk_head": "broken",
    "trailers": "broken",
    "endless": "too_large",
    "longer": "fetched",
    "shorter": "broken",
    "lengths": "broken",
    "length_text": "broken",
    "length_digits": "broken",
    "headers": "broken",
    "header_line": "broken",
    "many_headers": "broken",
    "interim": "too_large",
    "not_http": "broken",
    "plain4": "fetched",
    "gzip14": "fetched",
    "chunks": "fetched",
    "feed": "fetched",
}
"""`gzip_nested` is a small gzip inside a gzip: its bytes are given to the parsers as they are, never unpacked again."""


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server(**BOMBS, **LARGE) as running:
        yield running


def test_33_bombs_end_within_30_seconds_and_64_megabytes(server: OddServer):
    script = Path(__file__).with_name("fetch_measured.py")
    root = str(Path(__file__).parents[2])
    command = [sys.executable, str(script), server.place, *(f"/{name}" for name in EXPECTED)]
    ran = subprocess.run(command, env={"PYTHONPATH": root}, capture_output=True, text=True, timeout=110, check=True)
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert {row["path"][1:]: row["code"] for row in rows} == EXPECTED
    assert [row for row in rows if row["grown"] >= 64 or row["seconds"] >= 30] == []
    assert max(row["open"] for row in rows) <= rows[0]["open"] + 2
    sizes = {row["path"][1:]: row["size"] for row in rows}
    assert sizes["plain4"] == 4 * MEGA
    assert sizes["gzip14"] == 14 * MEGA
    assert sizes["chunks"] == MEGA
    assert sizes["longer"] == 5
    assert sizes["gzip_members"] == 0
    assert sizes["feed"] > 13 * MEGA
