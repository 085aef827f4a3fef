"""`huiying season`: proposals are taken over by name, others by their days; wrong ones are refused in words."""

import pytest
from click.testing import CliRunner, Result

from huiying.cli import main
from store import db


@pytest.fixture
def run(tmp_path, database):
    def call(*words: str) -> Result:
        env = {"HUIYING_DATA_DIR": str(tmp_path), "DATABASE_URL": database}
        done = CliRunner().invoke(main, ["season", *words], env=env)
        db.connect(database)
        return done

    return call


def test_a_proposed_season_is_taken_over_by_its_name(run):
    assert "建议\t国庆\t2027-09-28\t2027-10-08\t以放假通知为准" in run("list", "--year", "2027").output
    assert "已登记 1：国庆，2027年9月28日至10月8日" in run("add", "国庆", "--year", "2027").output
    listed = run("list", "--year", "2027").output
    assert "1\t国庆\t2027-09-28\t2027-10-08" in listed
    assert "建议\t国庆" not in listed
    assert "已经登记过" in run("add", "国庆", "--year", "2027").output


def test_an_own_season_has_its_own_days_and_can_be_taken_away(run):
    done = run("add", "清源马拉松", "2026-12-05", "2026-12-06", "--words", "市里通知")
    assert "已登记 1：清源马拉松，2026年12月5日至12月6日" in done.output
    assert "已登记 2：创建验收，2026年12月9日至12月9日" in run("add", "创建验收", "2026-12-09").output
    assert "已取消 1" in run("remove", "1").output
    assert "清源马拉松" not in run("list").output
    assert run("remove", "1").exit_code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "庙会"), "系统建议的名称"),
        (("add", "庙会", "2026-12-05", "2026-12-04"), "不早于第一天"),
        (("add", "庙会", "2026-12-05", "2027-12-04"), "不超过90天"),
        (("add", " ", "2026-12-05"), "名称"),
        (("add", "庙会", "12月5日"), "12月5日"),
    ],
)
def test_what_is_no_season_is_refused(run, words, said):
    done = run(*words)
    assert done.exit_code != 0
    assert said in done.output


def test_the_raised_level_is_set_with_the_season_and_changed_by_its_number(run):
    assert "每班3人，线索15分钟内研判" in run("add", "国庆", "--year", "2027").output
    own = run("add", "春节", "--year", "2027", "--persons", "4", "--minutes", "10")
    assert "每班4人，线索10分钟内研判" in own.output
    assert "已修改 1：国庆，每班5人，线索15分钟内研判" in run("set", "1", "--persons", "5").output
    assert "每班5人，线索20分钟内研判" in run("set", "1", "--minutes", "20").output
    assert "1\t国庆\t2027-09-28\t2027-10-08\t每班5人\t20分钟内研判\t以放假通知为准" in run("list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set", "9", "--persons", "3"), "没有编号为 9"),
        (("set", "1", "--persons", "1"), "每班人数"),
        (("set", "1", "--minutes", "45"), "不能比平时长"),
        (("add", "中考", "--year", "2027", "--persons", "99"), "每班人数"),
    ],
)
def test_a_level_that_raises_nothing_is_refused(run, words, said):
    run("add", "国庆", "--year", "2027")
    done = run(*words)
    assert done.exit_code == 1
    assert said in done.output
