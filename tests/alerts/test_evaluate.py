"""`make evaluate`: figures beside their targets, misses named, and a clear word where there is nothing to measure."""

import json
from pathlib import Path
from typing import Any

import pytest
from returned_mail import reply, status_report

from alerts import evaluate
from alerts.channels import robots
from alerts.channels.answers import Judgement
from alerts.channels.robots import Answer
from alerts.inbox import evaluate as inbox

Rows = list[dict[str, Any]]
WECOM: Rows = [
    {"meaning": "ok", "http": 200, "body": {"errcode": 0, "errmsg": "ok"}, "class": "success"},
    {"meaning": "too fast", "http": 200, "body": {"errcode": 45009, "errmsg": "slow down"}, "class": "transient"},
    {"meaning": "busy", "http": 502, "body": {}, "class": "transient"},
    {"meaning": "key", "http": 200, "body": {"errcode": 93000, "errmsg": "key=1234abcd"}, "class": "permanent"},
]
FEISHU: Rows = [
    {"meaning": "clock", "http": 200, "body": {"code": 19021, "msg": "timestamp"}, "class": "clock"},
    {"meaning": "sign", "http": 200, "body": {"code": 19021, "msg": "sign"}, "class": "permanent/clock"},
]
TRAPS: Rows = [
    {"trap": "no code", "provider": "feishu", "body": {"msg": "ok"}},
    {"trap": "nothing to judge", "provider": "dingtalk", "note": "codes mean several things"},
]


def put_robots(folder: Path, **files: Rows) -> None:
    """Write a collection of answers as it is brought."""
    there = folder / robots.FOLDER
    there.mkdir()
    for name, rows in files.items():
        (there / f"{name}.json").write_text(json.dumps(rows))
    (there / "index.jsonl").write_text("\n".join(json.dumps({"file": f"{name}.json"}) for name in files))


def put_mails(folder: Path) -> None:
    """Write a bounce and a reply with what is in them."""
    bounced = {"file": "a.eml", "expected": {"is_bounce": True, "records": [{"dsn": "5.1.1", "reason": "userunknown"}]}}
    replied = {"file": "b.eml", "expected": {"reply_text": "签收"}}
    mails = ((inbox.BOUNCES, bounced, status_report("lost@county.example")), (inbox.REPLIES, replied, reply("签收")))
    for name, row, raw in mails:
        (folder / name).mkdir()
        (folder / name / "index.jsonl").write_text(json.dumps(row))
        (folder / name / row["file"]).write_bytes(raw)


def test_every_figure_stands_beside_its_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_mails(tmp_path)
    put_robots(tmp_path, wecom=WECOM, feishu=FEISHU, traps=TRAPS)
    assert evaluate.main([str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("，目标")[0].rpartition("：")[2] for line in lines] == [
        *["1/1 = 100.0%"] * 3,
        "6/6 = 100.0%",
        "1/1 = 100.0%",
        "1/1 = 100.0%",
    ]
    assert all(line.endswith("，达到") for line in lines)


def test_misses_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [{**WECOM[0], "meaning": "said to fail", "class": "permanent"}, {**WECOM[1], "class": "of a later version"}]
    trap = [{"trap": "a real success", "provider": "wecom", "body": {"errcode": 0}}]
    put_robots(tmp_path, wecom=[*WECOM, *wrong], traps=trap)
    assert evaluate.main([str(tmp_path)]) == 2, "the mails are missing"
    said = capsys.readouterr().out
    assert "5a_bounces/index.jsonl：这一部分没有评测" in said
    assert "判断正确：4/6 = 66.7%，目标 100%，没有达到\n    不对的：wecom：said to fail、wecom：too fast" in said
    assert "误作送出：0/1 = 0.0%，目标 100%，没有达到\n    不对的：traps：a real success" in said


@pytest.mark.parametrize("arguments", [[], ["/nowhere/at/all"]])
def test_without_data_it_says_so(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main(arguments) == 2
    assert "没有评测" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("invalid webhook url https://robot/send?key=leak", "leak"),
        ("token a1b2c3d4e5f60718 is not exist", "a1b2c3d4e5f60718"),
        ("sign: 9f8e7d", "9f8e7d"),
    ],
)
def test_a_key_that_is_shown_is_found(said: str, key: str) -> None:
    answer = Answer("wecom：x", (), Judgement("permanent", f"93000：{said}"), said)
    assert answer.keys == {key}
    assert not answer.silent
    assert Answer("wecom：x", (), Judgement("permanent", "93000：***"), said).silent


def test_words_about_a_key_are_no_key() -> None:
    assert Answer("x", (), Judgement("permanent", ""), "token is not exist, invalid access_token, ok").keys == set()
