"""`huiying web` says in one sentence why it cannot start, and stops when told to."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from services.ports import free_port

HUIYING = str(Path(sys.executable).with_name("huiying"))


@pytest.fixture
def env(sqlite_url, tmp_path):
    """The environment of a process over a fresh database."""
    bind = {"HUIYING_BIND": f"127.0.0.1:{free_port()}"}
    return {**os.environ, "DATABASE_URL": sqlite_url, "HUIYING_DATA_DIR": str(tmp_path), **bind}


def test_a_taken_port_is_said_in_one_sentence(env):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run([HUIYING, "web"], env={**env, "HUIYING_BIND": bind}, capture_output=True, text=True)
    assert done.returncode == 1
    assert bind in done.stderr
    assert "端口可能已被占用" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_without_tables_stops_the_start(env, tmp_path):
    empty = {**env, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    done = subprocess.run([HUIYING, "web"], env=empty, capture_output=True, text=True)
    assert done.returncode == 1
    assert "数据库还没有建好" in done.stderr


def test_stops_within_two_seconds_even_with_a_connection_open(env):
    process = subprocess.Popen([HUIYING, "web"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(env["HUIYING_BIND"])
        host, _, port = env["HUIYING_BIND"].rpartition(":")
        with socket.create_connection((host, int(port))) as idle:
            idle.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
            process.send_signal(signal.SIGTERM)
            started = time.monotonic()
            assert process.wait(10) == 0
        assert time.monotonic() - started < 2.5
    finally:
        process.kill()
        process.wait()


def test_does_not_say_what_it_is_made_of(env):
    process = subprocess.Popen([HUIYING, "web"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        headers = _wait(env["HUIYING_BIND"])
        assert "waitress" not in str(headers).lower()
        assert "werkzeug" not in str(headers).lower()
    finally:
        process.kill()
        process.wait()


def _wait(bind):
    """Return the headers of /healthz as soon as it answers."""
    until = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://{bind}/healthz", timeout=2) as answer:
                return answer.headers
        except OSError:
            assert time.monotonic() < until, "huiying web did not start"
            time.sleep(0.1)
