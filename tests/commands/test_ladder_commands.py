"""`huiying ladder` and `huiying chase` as an office uses them: shown, changed in a file, loaded, reset."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from domain import chase, escalation
from huiying.cli import main
from store import db
from store.db import transaction
from store.deadlines import write_deadline
from store.ladders import kept, text_of
from store.tables import JournalEntry, Lead

NOW = datetime(2036, 11, 20, 1, 30, tzinfo=UTC)
"""Long after these tests run: what lies ahead then lies ahead now."""
PACKAGED = {"ladder": escalation.packaged_text(), "chase": chase.packaged_text()}
EDIT = {"ladder": ('at = "due-15m"', 'at = "due-20m"'), "chase": ("minutes = 15", "minutes = 10")}


@pytest.fixture
def run(tmp_path, database):
    def call(*words: str) -> Result:
        env = {"HUIYING_DATA_DIR": str(tmp_path), "DATABASE_URL": database}
        done = CliRunner().invoke(main, words, env=env)
        db.connect(database)
        return done

    return call


@pytest.fixture
def duty(database) -> None:
    """A duty of 48 hours."""
    with transaction() as session:
        lead = Lead(title="网民留言", channel="news", detected_at=NOW, proposed_at=NOW, level="blue", reasons=[])
        session.add(lead)
        session.flush()
        write_deadline(session, lead, "OTHER_RESPONSE", NOW, NOW, ladder="duty")


@pytest.mark.parametrize("table", ["ladder", "chase"])
def test_a_table_is_shown_changed_loaded_and_reset(run, tmp_path, table):
    shown = run(table, "show")
    assert (shown.exit_code, shown.stdout) == (0, PACKAGED[table])
    text, file = PACKAGED[table].replace(*EDIT[table]), tmp_path / "own.toml"
    file.write_text(text, encoding="utf8")
    assert "检查通过，没有写入" in run(table, "load", str(file), "--dry-run").output
    assert run(table, "show").stdout == PACKAGED[table]
    done = run(table, "load", str(file), "--reason", "局长办公会议定")
    assert (done.exit_code, done.output[:4]) == (0, "已载入。")
    assert run(table, "show").stdout == text
    assert run(table, "show", "--default").stdout == PACKAGED[table]
    with transaction() as session:
        assert (text_of(session, table), kept(session, table)["reason"]) == (text, "局长办公会议定")
    assert "已恢复默认" in run(table, "reset").output
    assert run(table, "show").stdout == PACKAGED[table]
    with transaction() as session:
        actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)).all()
        assert actions == [f"set_{table}", f"reset_{table}"]
        assert set(session.scalars(select(JournalEntry.actor))) == {"command"}


def test_a_load_says_what_it_does_to_open_limits(run, duty, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(PACKAGED["ladder"].replace(*EDIT["ladder"]), encoding="utf8")
    assert (
        "在办时限 1 项按新表通知，其中 1 项还没通知的节点有变：移动 1 个节点" in run("ladder", "load", str(file)).output
    )


def test_what_is_wrong_is_listed_line_by_line_and_nothing_changes(run, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(PACKAGED["ladder"].replace("half", "soon").replace('"chief"', '"boss"'), encoding="utf8")
    done = run("ladder", "load", str(file))
    assert done.exit_code == 1
    lines = done.output.strip().splitlines()
    assert "Error: suspected（疑似突发事件）的 unconfirmed_chief：posts 里不能有 boss" in lines[0]
    assert len(lines) > 2
    assert lines[-1] == "没有改动"
    file.write_bytes(b"\xff\xfe\x00")
    assert "不是 UTF-8 文本；没有改动" in run("ladder", "load", str(file)).output
    assert "本单位没有改过通知阶梯" in run("ladder", "reset").output
    assert run("ladder", "show").stdout == PACKAGED["ladder"]
