"""The commands an administrator uses, as real processes: clear words, exit codes, nothing overwritten."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from store import db, journal
from store.db import transaction

HUIYING = str(Path(sys.executable).with_name("huiying"))
COMMANDS = (
    *("auditor", "beat", "calendar", "channel", "clock", "demo", "digest", "doctor", "due", "events", "extract"),
    *("feed", "grouper", "inbox", "init", "journal", "judge", "limit", "outlet", "rota", "season", "source", "target"),
    *("up", "user", "web", "worker"),
)


def run(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    keep = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH")
    }
    environment = {**keep, "HUIYING_DATA_DIR": str(folder), "PYTHONUTF8": "1", **env}
    return subprocess.run([HUIYING, *words], capture_output=True, text=True, env=environment, timeout=60, check=False)


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "data"
    made = run(folder, "init", "--name", "清源市市场监督管理局")
    assert made.returncode == 0, made.stderr
    assert "首次登录：admin" in made.stdout
    return folder


def test_every_command_is_there_and_explains_itself(tmp_path):
    assert set(COMMANDS) <= set(run(tmp_path, "--help").stdout.split())
    for command in COMMANDS:
        shown = run(tmp_path, command, "--help")
        assert shown.returncode == 0
        assert "Usage" in shown.stdout


def test_a_used_folder_is_never_overwritten(office):
    before = (office / "secret").read_bytes()
    again = run(office, "init", "--name", "另一个局")
    assert again.returncode == 1
    assert "没有改动" in again.stderr
    assert (office / "secret").read_bytes() == before


def test_the_secret_is_for_its_owner_alone(office):
    assert (office / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [("HUIYING_BIND", "8000"), ("SMTP_URL", "mail.example"), ("DATABASE_URL", "mysql://x"), ("REDIS_URL", "x")],
)
def test_a_wrong_setting_stops_the_command_and_is_named(office, name, value):
    done = run(office, "clock", **{name: value})
    assert done.returncode == 1
    assert name in done.stderr


def test_the_doctor_says_that_nobody_can_be_told(office):
    done = run(office, "doctor")
    assert done.returncode == 1
    assert "没有可用的通知渠道" in done.stdout
    assert "HUIYING_ALLOW_PRIVATE_HOSTS" in done.stdout


def test_a_person_is_entered_with_post_and_password(office):
    added = run(
        office, "user", "add", "值班员A", "--username", "zhiban-a", "--email", "a@x.example", "--post", "duty_officer"
    )
    assert "只显示这一次" in added.stdout
    row = next(line for line in run(office, "user", "list").stdout.splitlines() if line.startswith("值班员A\t"))
    assert row.split("\t")[2:] == ["科室", "", "a@x.example", "（无电话）", "（无企业微信）", "值班员"]
    twice = run(office, "user", "add", "值班员B", "--username", "zhiban-a")
    assert twice.returncode == 1
    assert "已经有人用了" in twice.stderr
    unknown = run(office, "user", "add", "某人", "--unit", "没有这个科")
    assert unknown.returncode == 1
    assert "食品安全科" in unknown.stderr


def test_a_person_is_entered_with_every_way_to_reach_them(office):
    run(office, "user", "add", "值班员B", "--phone", "0000-1234567", "--im", "zhiban-b")
    assert "值班员B\t（不登录）\t科室\t\t（无邮箱）\t0000-1234567\tzhiban-b\t\n" in run(office, "user", "list").stdout


def test_a_given_password_is_for_the_first_sign_in_and_a_lost_telephone_is_no_end(office):
    fresh = run(office, "user", "password", "admin")
    assert "只显示这一次" in fresh.stdout
    assert "动态码已去掉" in run(office, "user", "reset-code", "admin").stdout
    assert run(office, "user", "reset-code", "nobody").returncode == 1


def test_a_rota_is_read_from_excel_and_what_is_not_understood_is_listed(office, tmp_path):
    run(office, "user", "add", "值班员C")
    book = Workbook()
    for row in (["日期", "值班员"], ["2099-11-01", "值班员C"], ["2099-11-02", "没有的人"]):
        book.active.append(row)
    book.save(tmp_path / "rota.xlsx")
    checked = run(office, "rota", "import", "--check", str(tmp_path / "rota.xlsx"))
    assert "没有导入" in checked.stdout
    done = run(office, "rota", "import", str(tmp_path / "rota.xlsx"))
    assert (done.returncode, done.stdout) == (1, "已导入 1 天、1 个班次。\n")
    assert done.stderr == "B3\t人员里没有“没有的人”\n"
    (tmp_path / "old.xls").write_bytes(b"old")
    assert "另存为 .xlsx" in run(office, "rota", "import", str(tmp_path / "old.xls")).stderr


TAMPERED = [
    ("UPDATE journal SET actor = 'person-9' WHERE seq = 2", "第 2 条起对不上"),
    ("DELETE FROM journal WHERE seq = 3", "第 3 条起对不上"),
    (
        "INSERT INTO journal SELECT 99, at, actor, action, object, facts, hash, 'ff' FROM journal WHERE seq = 1",
        "起对不上",
    ),
    (
        "UPDATE journal SET seq = -seq WHERE seq IN (2, 3); UPDATE journal SET seq = 5 + seq WHERE seq IN (-2, -3)",
        "第 2 条起对不上",
    ),
    ("DELETE FROM journal WHERE seq > 3", "没有这个校验值"),
]


@pytest.mark.parametrize(("statements", "words"), TAMPERED, ids=["edit", "delete", "insert", "reorder", "truncate"])
def test_whatever_is_done_to_the_journal_is_found(office, tmp_path, statements, words):
    folder = tmp_path / "copy"
    shutil.copytree(office, folder)
    for name in "DEFGH":
        run(folder, "user", "add", f"值班员{name}")
    seq, mark = run(folder, "journal", "head").stdout.split()
    good = run(folder, "journal", "verify", "--head", mark)
    assert (good.returncode, f"第 {seq} 条" in good.stdout) == (0, True)
    with closing(sqlite3.connect(folder / "huiying.db")) as raw:
        raw.executescript(statements)
        raw.commit()
    found = run(folder, "journal", "verify", "--head", mark)
    assert found.returncode == 1
    assert words in found.stdout


def test_a_reason_is_destroyed_and_the_journal_still_holds(office, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(office, folder)
    db.connect(f"sqlite:///{folder / 'huiying.db'}")
    with transaction() as session:
        about = ("open_evidence", "article-1", datetime.now(UTC))
        journal.record_words(session, "command", *about, "张某要求核对原文", {})
        seq, _ = journal.head(session)
    db.disconnect()
    done = run(folder, "journal", "destroy", str(seq), "--yes")
    assert (done.returncode, "已销毁" in done.stdout) == (0, True)
    assert run(folder, "journal", "verify").returncode == 0
    assert "张某" not in (folder / "huiying.db").read_bytes().decode(errors="ignore"), (
        "a deleted row can be read no more"
    )
    again = run(folder, "journal", "destroy", str(seq), "--yes")
    assert (again.returncode, "已经销毁" in again.stderr) == (1, True)


def test_a_head_that_is_none_is_a_wrong_call(office):
    assert run(office, "journal", "verify").returncode == 0
    assert run(office, "journal", "verify", "--head", "abc").returncode == 2


def test_a_source_is_fetched_while_one_waits_and_its_failure_is_told(office):
    assert run(office, "source", "add", "ftp://news.example/feed").returncode == 1
    assert run(office, "source", "add", "http://127.0.0.1:9/feed", "--kind", "feed").returncode == 0
    fetched = run(office, "source", "fetch", "--all", "--wait")
    assert fetched.returncode == 1
    assert "内网" in fetched.stderr
    assert "持续失败" in (listed := run(office, "source", "list").stdout) or "从未连通" in listed


def test_a_digest_can_be_written_to_a_file(office, tmp_path):
    done = run(office, "digest", "--date", "2026-11-22", "--format", "html", "--output", str(tmp_path / "d.html"))
    assert done.returncode == 0, done.stderr
    assert "日报" in (tmp_path / "d.html").read_text(encoding="utf8")


def test_a_real_office_has_no_demo_city(office):
    done = run(office, "demo", "serve")
    assert done.returncode == 1
    assert "不是演示文件夹" in done.stderr
    assert not (office / "mail").exists()


def test_without_a_folder_a_process_says_what_to_do(tmp_path):
    done = run(tmp_path / "none", "clock")
    assert done.returncode == 1
    assert "huiying init" in done.stderr


def test_targets_of_reports_are_kept_by_command(office):
    assert run(office, "target", "add", "市委值班室", "0000-1").returncode == 0
    assert run(office, "target", "add", "市网信办", "0000-2", "--rank", "0").returncode == 0
    assert run(office, "target", "list").stdout.splitlines() == ["0\t市网信办\t0000-2", "1\t市委值班室\t0000-1"]
    assert "没有报送对象" in run(office, "target", "remove", "无").stderr
    assert run(office, "target", "remove", "市网信办").returncode == 0
    assert "市网信办" not in run(office, "target", "list").stdout
