"""`huiying calendar` and `huiying limit` as an office uses them: words, counts, and nothing written where refused."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from huiying.cli import main
from store import db
from store.calendar import calendar
from store.db import transaction
from store.deadlines import write_deadline
from store.limits import rule_of
from store.tables import Deadline, Lead

EVE = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
HOLIDAYS = ["2027-01-01", "2027-02-08", "2027-10-01"]


@pytest.fixture
def run(tmp_path, database):
    def call(*words: str) -> Result:
        env = {"HUIYING_DATA_DIR": str(tmp_path), "DATABASE_URL": database}
        done = CliRunner().invoke(main, words, env=env)
        db.connect(database)
        return done

    return call


@pytest.fixture
def duty(database) -> int:
    """A message's duty of three working days over the turn of the year."""
    with transaction() as session:
        lead = Lead(title="网民留言", channel="message", detected_at=EVE, proposed_at=EVE, level="blue", reasons=[])
        session.add(lead)
        session.flush()
        return write_deadline(session, lead, "MSG_REPLY", EVE, EVE, ladder="duty").id


def table(tmp_path, off=HOLIDAYS, work=()):
    days = [{"name": "节", "date": day, "isOffDay": True} for day in off]
    days += [{"name": "节", "date": day, "isOffDay": False} for day in work]
    path = tmp_path / "2027.json"
    papers = ["https://www.gov.cn/zhengce/1.htm"] if days else []
    path.write_text(json.dumps({"year": 2027, "papers": papers, "days": days}), encoding="utf8")
    return str(path)


def due(duty_id):
    with transaction() as session:
        found = session.get_one(Deadline, duty_id)
        return found.due_at.isoformat(), found.calendar_provisional


def test_a_load_says_what_it_did_and_a_dry_run_what_it_would_do(run, duty, tmp_path):
    file = table(tmp_path, work=["2027-01-02", "2027-01-03"])
    before = due(duty)
    tried = run("calendar", "load", file, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "2027年：周一至周五放假 3 天，周末上班 2 天；依据：https://www.gov.cn/zhengce/1.htm" in tried.output
    assert "会提前 1 项在办时限" in tried.output
    assert "没有写入" in tried.output
    assert due(duty) == before
    with transaction() as session:
        assert 2027 not in calendar(session).years
    done = run("calendar", "load", file)
    assert "已提前 1 项在办时限，已去掉 0 项的“暂定”" in done.output
    assert due(duty) == ("2027-01-04T15:59:59+00:00", False)
    again = run("calendar", "load", table(tmp_path))
    assert "已提前 0 项在办时限" in again.output
    assert due(duty)[0] == "2027-01-04T15:59:59+00:00", "an earlier promise stands"


def test_the_empty_placeholder_of_a_year_is_refused_in_words(run, tmp_path):
    done = run("calendar", "load", table(tmp_path, off=[]))
    assert done.exit_code == 1
    assert "2027年的文件里一天也没有" in done.output
    assert "日历没有改动" in done.output
    (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00")
    assert "不是 UTF-8" in run("calendar", "load", str(tmp_path / "x.json")).output


def test_the_years_are_shown_with_their_source(run, tmp_path):
    missing = run("calendar", "show", "2027")
    assert missing.exit_code == 1
    assert "2027年的放假安排还没有导入；现有 2004 至 2026 年" in missing.output
    run("calendar", "load", table(tmp_path))
    assert "2027年：周一至周五放假 3 天，周末上班 0 天；https://www.gov.cn" in run("calendar", "show").output
    one = run("calendar", "show", "2026").output
    assert "随系统提供" in one
    assert "01-04、02-14、02-28、05-09、09-20、10-10" in one


def test_a_limit_is_listed_set_and_reset(run):
    assert "OTHER_RESPONSE\t48小时回应\t48小时\t国办发〔2016〕61号" in run("limit", "list").output
    done = run("limit", "set", "OTHER_RESPONSE", "--limit", "24")
    assert "OTHER_RESPONSE 24小时回应：24小时，对此后开始的时限有效" in done.output
    with transaction() as session:
        assert rule_of(session, "OTHER_RESPONSE").limit == 24
    assert "恢复" in run("limit", "reset", "OTHER_RESPONSE").output
    assert run("limit", "reset", "OTHER_RESPONSE").exit_code == 1


def test_an_own_limit_and_one_left_out_are_set(run):
    own = ("--title", "局长信箱", "--duty", "答复来信", "--unit", "workdays", "--limit", "2", "--met-by", "reply")
    assert run("limit", "set", "MAYOR_BOX", *own).exit_code == 0
    assert run("limit", "set", "YEARLY_ATTEND", "--off", "--reason", "本局没有这项要求").exit_code == 0
    listed = run("limit", "list").output
    assert "MAYOR_BOX\t局长信箱\t2个工作日\t本单位设定" in listed
    assert "YEARLY_ATTEND\t邀请列席办公会\t不执行" in listed
    assert "YEARLY_INTERPRET\t主要负责人解读政策\t每年2次" in listed


def test_a_longer_limit_without_a_reason_is_refused(run):
    done = run("limit", "set", "OTHER_RESPONSE", "--limit", "72")
    assert done.exit_code == 1
    assert "请写明理由" in done.output
    assert "没有改动" in done.output
