"""`huiying heat` lists the hottest topics with their parts; the office's table is written once and checked."""

import pytest
from click.testing import CliRunner, Result
from services import topics

from classifier.heat import heat_due
from domain.heat_table import shipped
from huiying.cli import main
from huiying.doctor import findings
from store import db
from store.heat_file import NAME
from store.settings import Settings

NOW = topics.NOW


@pytest.fixture
def run(tmp_path, sqlite_database):
    def call(*words: str) -> Result:
        env = {"HUIYING_DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_database}
        done = CliRunner().invoke(main, ["heat", *words], env=env)
        db.connect(sqlite_database)
        return done

    return call


def test_topics_are_listed_with_what_their_heat_is_made_of(run):
    topics.burst(NOW)
    heat_due(shipped(), lambda: NOW + topics.MINUTE)
    listed = run("list").output
    assert "奶茶店用过期原料\t热度 " in listed
    assert "= 声量 " in listed


def test_the_table_is_written_once_changed_by_the_office_and_checked(run, tmp_path):
    assert "[points]" in run("table").output
    assert "已写出" in run("table", "--write").output
    assert "已经有了，没有改动" in run("table", "--write").output
    own = tmp_path / NAME
    own.write_text(own.read_text("utf-8").replace("threshold = 12", "threshold = 30"), encoding="utf-8")
    assert "threshold = 30" in run("table").output
    own.write_text("[points]", encoding="utf-8")
    done = run("table")
    assert done.exit_code == 1
    assert "有误" in done.output
    settings = Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path)})
    assert any("话题热度和早期预警停着" in one.words and one.red for one in findings(settings))
