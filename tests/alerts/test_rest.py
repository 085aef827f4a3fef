"""Waiting by a clock that nobody can set."""

import threading
import time

from alerts.rest import rest


def test_it_lasts_as_long_as_asked_for() -> None:
    began = time.monotonic()
    assert not rest(0.12, threading.Event())
    assert 0.12 <= time.monotonic() - began < 5


def test_it_ends_when_the_event_is_set_meanwhile() -> None:
    end = threading.Event()
    threading.Timer(0.1, end.set).start()
    began = time.monotonic()
    assert rest(60, threading.Event(), end)
    assert time.monotonic() - began < 30


def test_an_event_that_is_set_already_is_seen_at_once() -> None:
    end = threading.Event()
    end.set()
    assert rest(60, end)
    assert rest(0, end)
