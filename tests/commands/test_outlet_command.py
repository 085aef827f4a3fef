"""`huiying outlet`: registered by name, listed with what is unknown, switched off and on again."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from domain.outlets import OutletFields
from huiying.cli import main
from store import db, outlets
from store.db import transaction

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


@pytest.fixture
def run(tmp_path, database):
    def call(*words: str) -> Result:
        env = {"HUIYING_DATA_DIR": str(tmp_path), "DATABASE_URL": database}
        done = CliRunner().invoke(main, ["outlet", *words], env=env)
        db.connect(database)
        return done

    return call


def test_an_outlet_is_added_changed_by_its_name_and_switched_off(run):
    assert (
        "已登记发布渠道 局网站（门户网站）scjg.example.gov.cn"
        in run("add", "局网站", "--kind", "website", "--address", "https://www.scjg.example.gov.cn/").output
    )
    run("add", "局微信公众号", "--kind", "wechat")
    assert "局网站（客户端）" in run("add", "局网站", "--kind", "app").output
    assert run("list").output.splitlines() == ["1\t局网站\t客户端", "2\t局微信公众号\t微信公众号"]
    assert "已停用 局网站" in run("off", "局网站").output
    assert run("off", "局网站").exit_code == 1
    assert "1\t局网站\t客户端\t\t已停用" in run("list").output
    run("add", "局网站", "--kind", "website")
    assert "已停用" not in run("list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "局网站"), "--kind"),
        (("add", "局网站", "--kind", "site"), "site"),
        (("add", "局微博", "--kind", "weibo", "--address", "weibo.com"), "所有人的账号"),
        (("add", " ", "--kind", "app"), "渠道名称"),
        (("off", "没有的"), "没有在用的"),
    ],
)
def test_what_cannot_be_is_refused_in_words(run, words, said):
    done = run(*words)
    assert done.exit_code != 0
    assert said in done.output


def test_an_address_belongs_to_one_outlet(run):
    with transaction() as session:
        outlets.save(session, None, OutletFields("局网站", "website", "scjg.example.gov.cn"), 1, "command", NOW)
    assert "已经是“局网站”的" in run("add", "新网站", "--kind", "website", "--address", "scjg.example.gov.cn").output
