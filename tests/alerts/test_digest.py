"""The daily digest: once a day, also when there is nothing; what it says can be said again."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alerts_story import confirm, duty, propose
from click.testing import CliRunner
from services.smtp import MailServer
from sqlalchemy import func, select

from alerts import clock
from alerts.digest import as_message, digest_for
from alerts.sender import send_due
from huiying.cli import main
from store import deadlines, seasons, sources
from store.db import transaction
from store.journal import head
from store.settings import Settings
from store.tables.cases import Deadline
from store.tables.notices import Digest, Notice
from store.tables.people import Person

pytestmark = pytest.mark.usefixtures("office")
At = Callable[[float], datetime]
SEND = datetime(2026, 6, 10, 23, 50, tzinfo=UTC)
DAY = timedelta(days=1)


def digests() -> list[Digest]:
    """Return the digests by day."""
    with transaction() as session:
        return list(session.scalars(select(Digest).order_by(Digest.day)))


def test_it_goes_out_once_a_day_also_when_there_is_nothing(
    mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    clock.tick(t0)
    assert digests() == [], "a new office begins with the next morning"
    clock.tick(SEND - timedelta(seconds=1))
    assert digests() == []
    for hours in (0, 0, 1, 23):
        clock.tick(SEND + timedelta(hours=hours))
    clock.tick(SEND + DAY)
    found = digests()
    assert [(one.day.isoformat(), one.number, one.total) for one in found] == [
        ("2026-06-11", 1, 1),
        ("2026-06-12", 2, 2),
    ]
    send_due(SEND + DAY, None, settings)
    first = [mail for mail in mailbox.mails if "6月11日" in mail.message["Subject"]]
    assert [mail.recipients[0].split("@")[0] for mail in first] == ["chief", "deputy_chief", "office_director"]
    assert str(first[0].message["Subject"]) == "【舆情日报】第1期 6月11日"
    for kind in ("plain", "html"):
        body = first[0].message.get_body((kind,))
        assert body is not None
        text = body.get_content()
        assert "今日无新增事项。" in text
        assert "日报 2026年第1期（总第1期）" in text
        assert found[0].content["journal"]["hash"] in text


def test_after_an_outage_only_the_newest_goes_out_marked_late(t0: datetime) -> None:
    clock.tick(t0)
    clock.tick(SEND + 3 * DAY + timedelta(hours=2))
    assert [one.day for one in digests()] == [date(2026, 6, 14)]
    with transaction() as session:
        told = Notice.topic.like("digest-%")
        subjects = set(session.scalars(select(Notice.subject).where(told)))
        text = session.scalars(select(Notice.text).where(told)).first() or ""
    assert subjects == {"【舆情日报·迟发】第1期 6月14日"}
    assert "迟发：本通知应于6月14日 07:50发出，因系统中断晚了2小时。" in text


def test_leaders_get_it_too_but_nobody_twice(t0: datetime, office: dict[str, int]) -> None:
    clock.tick(t0)
    with transaction() as session:
        session.get_one(Person, office["chief"]).role = "leader"
        session.add(Person(name="局领导H", email="h@qingyuan.example", role="leader"))
        session.add(Person(name="退休的局领导", email="old@qingyuan.example", role="leader", active=False))
    clock.tick(SEND)
    with transaction() as session:
        names = list(session.scalars(select(Person.name).join(Notice).order_by(Notice.id)))
    assert names == ["主要领导E", "分管领导D", "办公室主任C", "局领导H"]


def test_a_digest_made_by_hand_is_still_sent_once(t0: datetime) -> None:
    clock.tick(t0)
    with transaction() as session:
        made = digest_for(session, date(2026, 6, 11), SEND - timedelta(minutes=10))
        number = made.number
    clock.tick(SEND)
    clock.tick(SEND)
    assert [one.number for one in digests()] == [number]
    with transaction() as session:
        assert session.scalar(select(func.count(Notice.id))) == 3


def test_it_says_what_runs_what_is_over_and_what_waits(minutes: At, t0: datetime) -> None:
    ordinary = propose(t0, "城西市场电子秤不准", opens="lead")
    confirm(ordinary, t0, emergency=False)
    poisoning = propose(t0, "多名学生腹泻，联系电话13812345678")
    confirm(poisoning, t0)
    late = propose(t0, "冷库氨气泄漏", published=t0 - timedelta(hours=30))
    confirm(late, t0)
    done = confirm(propose(t0, "电梯坠落"), t0)
    with transaction() as session:
        for code, act in (("AUTH_RELEASE", "release"), ("PRESS_CONF", "conference")):
            met = session.get_one(Deadline, duty(done, code))
            deadlines.meet(session, met, minutes(200), minutes(210), None, act)
    propose(minutes(30), "超市价签不符", opens="lead")
    with transaction() as session:
        digest = digest_for(session, date(2026, 6, 11), SEND)
        seq, hash_ = head(session)
    content = digest.content
    assert content["conclusion"] == (
        "新增事项4项；在办3项，有1个时限已逾期，另有1个发现时已逾期的处置时限已过；有1条线索待研判。"
    )
    assert [(row["title"][:4], row["duty"], row["overdue"]) for row in content["running"]] == [
        ("多名学生", "5小时发布", True),
        ("多名学生", "24小时发布会", False),
        ("城西市场", "48小时回应", False),
    ]
    assert {row["title"] for row in content["found_late"]} == {"冷库氨气泄漏"}
    assert content["running"][0]["left"] == "已逾期12小时50分"
    assert content["running"][0]["suspected"]
    assert [row["words"].split("：")[0] for row in content["decide"]] == [
        "线索待研判17小时20分",
        "5小时发布已逾期12小时50分，请督办食品安全科",
    ]
    numbers = {row["label"]: row["value"] for row in content["numbers"]}
    assert numbers == {"舆情信息": 5, "与本单位有关": 0, "待研判线索": 5, "新增事项": 4, "按时办结时限": 2}
    assert content["journal"] == {"seq": seq - 1, "hash": content["journal"]["hash"]} != {"seq": seq, "hash": hash_}
    assert "13812345678" not in json.dumps(content, ensure_ascii=False)


def test_it_names_the_source_that_fails_and_puts_the_quiet_ones_in_one_line(t0: datetime) -> None:
    with transaction() as session:
        for name in ("清源日报", "云溪日报", "石桥镇融媒"):
            sources.note_ok(sources.add_source(session, f"https://{name}.example/feed", t0, name=name), t0, 0)
        broken = sources.add_source(session, "https://tv.example/feed", t0, name="柳溪县广播电视台")
        sources.note_failure(broken, t0, "server", "网站内部出错（500）")
        digest = digest_for(session, date(2026, 6, 11), SEND)
    failing, quiet = digest.content["silent"]
    assert failing == "柳溪县广播电视台：从未连通，自6月10日（星期三）14:00"
    assert quiet == "正常但安静3个：云溪日报、清源日报、石桥镇融媒"


def test_a_past_day_shows_matters_as_they_stood(minutes: At, t0: datetime) -> None:
    case_id = confirm(propose(t0), t0)
    with transaction() as session:
        deadline = session.get_one(Deadline, duty(case_id, "AUTH_RELEASE"))
        at = SEND + timedelta(hours=3)
        deadlines.meet(session, deadline, at, at, None, "release")
        digest = digest_for(session, date(2026, 6, 11), SEND + 5 * DAY)
        assert [row["duty"] for row in digest.content["running"]] == ["5小时发布", "24小时发布会"]
        assert digest.content["as_of"] == "6月11日 07:50"
        again = digest_for(session, date(2026, 6, 11), SEND + 9 * DAY)
        assert again.id == digest.id
        assert as_message(again) == as_message(digest)


def test_a_day_that_is_not_over_is_refused(t0: datetime) -> None:
    with transaction() as session, pytest.raises(ValueError, match="覆盖到当天 7:30，时间未到"):
        digest_for(session, date(2026, 6, 11), t0)


@pytest.fixture
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process environment of a command."""
    monkeypatch.setenv("HUIYING_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("HUIYING_BASE_URL", settings.base_url)


@pytest.mark.usefixtures("environment")
def test_the_command_writes_it_without_sending(tmp_path: Path) -> None:
    path = tmp_path / "digest.html"
    done = CliRunner().invoke(main, ["digest", "--date", "2026-06-11", "--output", str(path)])
    assert done.exit_code == 0, done.output
    assert "https://yq.qingyuan.example/articles?since=2026-06-10" in path.read_text("utf8")
    text = CliRunner().invoke(main, ["digest", "--date", "2026-06-11", "--format", "text"])
    assert text.stdout.startswith("清源市市场监督管理局 舆情日报\n日报 2026年第1期（总第1期）\n2026年6月11日 星期四\n")
    assert "〔网址〕" not in text.stdout


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--date", "昨天"], "--date 看不懂：昨天"),
        (["--date", "2999-01-01"], "时间未到"),
        (["--date", "2026-06-11", "--output", "/no such folder/x"], "写不进去"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(main, ["digest", *arguments])
    assert done.exit_code == 1
    assert words in done.output


def test_the_days_of_heightened_watch_are_said_and_an_older_digest_can_still_be_said_again(t0: datetime) -> None:
    words = "敏感时期：高考（6月5日至6月11日）"
    with transaction() as session:
        seasons.add(session, "高考", date(2026, 6, 5), date(2026, 6, 11), "command", t0)
        digest = digest_for(session, date(2026, 6, 11), SEND)
        assert words in as_message(digest).text
        assert words in (as_message(digest).html or "")
        assert "敏感时期" not in as_message(digest_for(session, date(2026, 6, 12), SEND + DAY)).text
        digest.content = {name: value for name, value in digest.content.items() if name != "season"}
        assert "敏感时期" not in as_message(digest).text
