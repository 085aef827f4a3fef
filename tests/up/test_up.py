"""`huiying up` with real processes: what dies comes back, what is stopped is gone, Redis goes last."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from running import alive, children_of, launch, procfile, running, wait_for
from services.ports import free_port

UNUSED_REDIS = "redis://127.0.0.1:1/0"


def test_a_killed_child_is_back_within_two_seconds(tmp_path: Path) -> None:
    with running(tmp_path, procfile(tmp_path, clock="", beat=""), UNUSED_REDIS) as up:
        beat = up.pid_of("beat")
        os.kill(up.pid_of("clock"), signal.SIGKILL)
        assert wait_for(lambda: len(up.starts("clock")) == 2, "second start") < 2.0
        os.kill(up.pid_of("clock", 2), signal.SIGKILL)
        assert wait_for(lambda: len(up.starts("clock")) == 3, "third start") < 2.0
        assert up.starts("beat") == [beat]


def test_a_killed_redis_is_back_at_its_address_with_what_it_kept(tmp_path: Path) -> None:
    with running(tmp_path, procfile(tmp_path)) as up:
        port = (up.data / "redis" / "port").read_text().strip()
        password = (up.data / "redis" / "password").read_text()
        with Redis.from_url(f"redis://:{password}@127.0.0.1:{port}/0", socket_timeout=1) as client:
            first = client.info("server")["process_id"]
            client.set("kept", "yes")
            time.sleep(1.2)  # Redis writes its file every second.
            os.kill(first, signal.SIGKILL)
            began = time.monotonic()
            wait_for(lambda: _answers(client, first), "Redis is back")
            assert time.monotonic() - began < 2.0
            assert client.get("kept") == b"yes"


def _answers(client: Redis, other_than: int) -> bool:
    try:
        return bool(client.info("server")["process_id"] != other_than)
    except RedisError:
        return False


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    with running(tmp_path, procfile(tmp_path, clock="", stuck="stubborn")) as up:
        up.pid_of("clock")
        up.pid_of("stuck")
        children = children_of(up.process.pid)
        assert len(children) == 4  # redis, web, clock, stuck
        up.process.kill()
        up.process.wait()
        assert wait_for(lambda: not any(map(alive, children)), "all gone") < 2.0
    with running(tmp_path, procfile(tmp_path)) as again:
        assert "READY" in again.printed()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path, procfile(tmp_path, clock="")) as up:
        up.pid_of("clock")
        children = children_of(up.process.pid)
        assert len(children) == 3
        up.process.send_signal(number)
        assert up.process.wait(10) == 0
        assert not any(map(alive, children))
        assert [name for _, name, _ in up.noted("term")] == ["clock"]


def test_redis_goes_last(tmp_path: Path) -> None:
    with running(tmp_path, procfile(tmp_path, clock="")) as up:
        up.pid_of("clock")
        up.process.terminate()
        up.process.wait(10)
        ends = [line for line in up.printed().splitlines() if "进程结束" in line or "信号" in line]
        assert len(ends) == 3
        assert " redis " in ends[-1]
        assert "状态 0" in ends[-1]
        assert "Redis is now ready to exit" not in up.printed()
        assert "Redis is now ready to exit" in (up.data / "log" / "redis.log").read_text("utf-8")


def test_a_second_signal_ends_what_does_not_listen(tmp_path: Path) -> None:
    with running(tmp_path, procfile(tmp_path, stuck="stubborn"), UNUSED_REDIS) as up:
        stuck = up.pid_of("stuck")
        up.process.terminate()
        wait_for(lambda: "正在停止" in up.printed(), "stopping")
        time.sleep(0.3)
        assert alive(stuck)
        up.process.terminate()
        assert up.process.wait(3) == 0
        assert not alive(stuck)


def test_a_second_up_on_the_folder_is_refused_by_name(tmp_path: Path) -> None:
    path = procfile(tmp_path)
    with running(tmp_path, path, UNUSED_REDIS) as up:
        second = launch(tmp_path, path, f"127.0.0.1:{free_port()}", UNUSED_REDIS)
        assert second.wait(10) == 1
        assert f"已经有一个 huiying up 在运行（进程 {up.process.pid}）" in up.printed()
        assert up.process.poll() is None


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        refused = launch(tmp_path, procfile(tmp_path), bind, UNUSED_REDIS)
        assert refused.wait(10) == 1
    printed = (tmp_path / "screen").read_text("utf-8")
    assert printed.startswith(f"{bind} 已被别的程序占用")
    assert len(printed.splitlines()) == 1


def test_output_has_name_and_time_and_is_kept(tmp_path: Path) -> None:
    with running(tmp_path, procfile(tmp_path, clock=""), UNUSED_REDIS) as up:
        wait_for(lambda: "你好 clock" in up.printed(), "greeting")
        assert any(
            line[2:3] == line[5:6] == ":" and line[9:] == "clock | 你好 clock" for line in up.printed().splitlines()
        )
        assert (up.data / "log" / "clock.log").read_text("utf-8").endswith("你好 clock\n")
        assert up.printed().count("READY") == 1


def test_a_program_that_is_not_there_stops_nothing_else(tmp_path: Path) -> None:
    path = procfile(tmp_path, clock="")
    path.write_text(path.read_text() + "missing: no-such-program --now\n")
    with running(tmp_path, path, UNUSED_REDIS) as up:
        wait_for(lambda: "0.5 秒后重新启动" in up.printed(), "pause")
        assert "不能启动 no-such-program" in up.printed()
        assert alive(up.pid_of("clock"))
