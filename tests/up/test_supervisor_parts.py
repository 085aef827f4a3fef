"""The parts `up` is made of: pauses, Procfile, logs of bounded size, the search for a redis-server."""

import os
import sys
from pathlib import Path
from socket import create_server

import pytest
from services.ports import free_port

from huiying.guard import CannotStart, address_is_free, may_start, only_one
from huiying.output import LOG_COPIES, LONGEST_LINE, Output
from huiying.procfile import PROCFILE, read_procfile
from huiying.redis_server import NoRedisServer, find_redis_server, prepare_redis
from huiying.supervisor import LONGEST_PAUSE, Child, Supervisor, pause_after


def test_the_pause_doubles_up_to_its_limit() -> None:
    assert [pause_after(deaths) for deaths in range(1, 9)] == [0, 0.5, 1, 2, 4, 8, 10, 10]
    assert pause_after(10_000) == LONGEST_PAUSE


def test_a_child_that_died_unseen_does_not_disturb_the_end(tmp_path: Path) -> None:
    child = Child("brief", [sys.executable, "-c", ""], {})
    with (
        (tmp_path / "screen").open("wb") as screen,
        Output(tmp_path, screen=screen.fileno()) as output,
        Supervisor(output) as supervisor,
    ):
        supervisor.start(child)
        assert child.process is not None
        os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)
    assert "进程结束，状态 0" in (tmp_path / "brief.log").read_text("utf-8")


def test_our_procfile_names_each_process_once() -> None:
    assert set(read_procfile(PROCFILE)) == {"web", "clock", "beat", "worker", "grouper", "auditor", "inbox", "demo"}


@pytest.mark.parametrize("text", ["web huiying web", "web:", "web: a\nweb: b", ": a"])
def test_a_bad_procfile_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "Procfile"
    path.write_text(f"# comment\n\n{text}\n", "utf-8")
    with pytest.raises(ValueError, match=r"第 [34] 行"):
        read_procfile(path)


def test_a_log_stays_within_its_bound(tmp_path: Path) -> None:
    with open(os.devnull, "wb") as nowhere, Output(tmp_path, screen=nowhere.fileno(), log_bytes=10_000) as output:
        for number in range(5_000):
            output.feed("web", f"第 {number} 行\n".encode())
    kept = list(tmp_path.glob("web.log*"))
    assert len(kept) == LOG_COPIES + 1
    assert sum(path.stat().st_size for path in kept) <= 10_000 * (LOG_COPIES + 1)
    assert (tmp_path / "web.log").read_text("utf-8").endswith("第 4999 行\n")


def test_pieces_become_lines_and_an_endless_line_is_cut(tmp_path: Path) -> None:
    with open(os.devnull, "wb") as nowhere, Output(tmp_path, screen=nowhere.fileno()) as output:
        for piece in ("值".encode()[:2], "值".encode()[2:], b"\r\nx" + b"y" * LONGEST_LINE, b"z\n", b"rest"):
            output.feed("web", piece)
        output.end("web")
    lines = [line[20:] for line in (tmp_path / "web.log").read_text("utf-8").splitlines()]
    assert lines == ["值", "x" + "y" * LONGEST_LINE, "z", "rest"]


def test_a_blocked_screen_blocks_nobody(tmp_path: Path) -> None:
    read, write = os.pipe()
    with Output(tmp_path, screen=write) as output:
        for number in range(12_000):
            output.say("web", f"line {number}")
        os.close(read)  # From now on writing fails instead of waiting.
    os.close(write)
    assert (tmp_path / "web.log").read_text("utf-8").endswith("line 11999\n")


def test_a_wheel_carries_a_redis_server_where_the_machine_has_none() -> None:
    assert Path(find_redis_server(path="/nonexistent")).name in {"redis-server", "valkey-server"}


def test_the_machines_own_redis_server_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "redis-server"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    assert find_redis_server(path=str(tmp_path)) == str(own)


def test_without_any_redis_server_the_command_to_install_one_is_named() -> None:
    with pytest.raises(NoRedisServer, match="apt-get install -y redis-server"):
        find_redis_server(path="/nonexistent", carried=[("no_such_package", "bin/redis-server")])


def test_asking_whether_one_may_start_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    may_start(folder, f"127.0.0.1:{free_port()}")
    assert not folder.exists()
    folder.mkdir()
    with only_one(folder), pytest.raises(CannotStart, match=f"进程 {os.getpid()}"):
        may_start(folder, f"127.0.0.1:{free_port()}")
    may_start(folder, f"127.0.0.1:{free_port()}")


def test_redis_keeps_port_and_password_out_of_sight(tmp_path: Path) -> None:
    first, second = prepare_redis(tmp_path / "redis"), prepare_redis(tmp_path / "redis")
    assert first == second
    password = (tmp_path / "redis" / "password").read_text()
    assert len(password) >= 24
    assert not any(password in word for word in first.argv)
    assert (tmp_path / "redis" / "redis.conf").stat().st_mode & 0o077 == 0


def test_a_taken_redis_port_is_replaced(tmp_path: Path) -> None:
    first = prepare_redis(tmp_path)
    with create_server(("127.0.0.1", int(first.url.rpartition(":")[2].partition("/")[0]))):
        assert prepare_redis(tmp_path).url != first.url


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotStart, match=r"不能在 192\.0\.2\.1:8000 上监听"):
        address_is_free("192.0.2.1:8000", wait=0)
