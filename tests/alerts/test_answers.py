"""What providers answer, by kind: the body decides, not the HTTP status, and no key is ever kept."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.answers import ROBOT_SHUT, judge, masked

WECOM = [
    ({"errcode": 0, "errmsg": "ok"}, "sent"),
    ({"errcode": 0, "errmsg": "ok", "invaliduser": "nobody"}, "permanent"),
    ({"errcode": 45009, "errmsg": "api freq out of limit, hint: [1]"}, "throttled"),
    ({"errcode": -1, "errmsg": "system busy"}, "retry"),
    ({"errcode": 42001, "errmsg": "access_token expired"}, "retry"),
    ({"errcode": 93000, "errmsg": "invalid webhook url"}, "permanent"),
    ({"errcode": 40058, "errmsg": "content exceed max length 2048"}, "permanent"),
    ({"errmsg": "ok"}, "retry"),
    ({"errcode": "0"}, "retry"),
    ({"errcode": False}, "retry"),
]
DINGTALK = [
    ({"errcode": 0, "errmsg": "ok"}, "sent"),
    ({"errcode": 310000, "errmsg": "sign not match"}, "permanent"),
    ({"errcode": 310000, "errmsg": "invalid timestamp"}, "permanent"),
    ({"errcode": 310000, "errmsg": "keywords not in content"}, "permanent"),
    ({"errcode": 130101, "errmsg": "send too fast"}, "throttled"),
    ({"errcode": 90030, "errmsg": "webhook over limit"}, "throttled"),
    ({"status": 1111, "wait": 7, "punish": "deny"}, "throttled"),
    ({"errcode": -1, "errmsg": "系统繁忙"}, "retry"),
]
FEISHU = [
    ({"code": 0, "msg": "success", "data": {}}, "sent"),
    ({"StatusCode": 0, "StatusMessage": "success"}, "sent"),
    ({"code": 19021, "StatusCode": 0}, "permanent"),
    ({"code": 19024, "msg": "Key Words Not Found"}, "permanent"),
    ({"code": 11232, "msg": "frequency limited psm[x]"}, "throttled"),
    ({"code": 9499, "msg": "frequency limited psm test"}, "throttled"),
    ({"StatusCode": 9499, "StatusMessage": "Bad Request"}, "permanent"),
    ({"msg": "ok"}, "retry"),
]
GATEWAY = [
    ({"code": 0}, "sent"),
    ({"ok": True}, "sent"),
    ({"status": "queued"}, "sent"),
    ({"ok": False, "msg": "号码不存在"}, "permanent"),
    ({"code": 7, "msg": "余额不足"}, "permanent"),
    ({"code": 3, "msg": "too many requests"}, "throttled"),
    ({}, "retry"),
]
ALL = [
    (provider, body, kind)
    for provider, rows in (("wecom", WECOM), ("dingtalk", DINGTALK), ("feishu", FEISHU), ("gateway", GATEWAY))
    for body, kind in rows
]


@pytest.mark.parametrize(("provider", "body", "kind"), ALL)
def test_the_body_decides(provider: str, body: dict[str, Any], kind: str) -> None:
    assert judge(provider, 200, json.dumps(body).encode()).kind == kind


@pytest.mark.parametrize("provider", ["wecom", "dingtalk", "feishu", "gateway"])
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>login</html>", "retry"),
        (200, b"", "retry"),
        (200, b"[]", "retry"),
        (200, b"0", "retry"),
        (302, b"", "permanent"),
        (404, b"not found", "permanent"),
        (429, b"", "throttled"),
        (502, b'{"errcode": 0, "code": 0}', "retry"),
        (503, b"busy", "retry"),
    ],
)
def test_what_is_no_answer_is_never_taken_for_one(provider: str, status: int, body: bytes, kind: str) -> None:
    assert judge(provider, status, body).kind == kind


def test_a_success_under_an_error_status_is_not_believed() -> None:
    assert judge("wecom", 403, b'{"errcode": 0}').kind == "retry"
    assert judge("feishu", 400, b'{"code": 0}').kind == "retry"


def test_how_long_a_channel_is_shut() -> None:
    assert judge("dingtalk", 200, b'{"status": 1111, "wait": 7, "punish": "deny"}').wait == 7
    assert judge("wecom", 200, b'{"errcode": 45009}').wait == ROBOT_SHUT == 600
    assert judge("gateway", 429, b"").wait == 60


def test_words_say_what_is_to_be_mended() -> None:
    assert "密钥" in judge("dingtalk", 200, b'{"errcode": 310000, "errmsg": "sign not match"}').words
    assert "校准" in judge("dingtalk", 200, b'{"errcode": 310000, "errmsg": "invalid timestamp"}').words
    assert "关键词" in judge("feishu", 200, b'{"code": 19024, "msg": "Key Words Not Found"}').words


SECRETS = ["a1b2c3d4e5f60718293a4b5c6d7e8f90", "abcdefghijklmnopqrstuvwx", "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_provider_that_echoes_the_key_teaches_it_to_nobody(secret: str) -> None:
    for text in (f"token {secret} is not exist", f"invalid webhook url https://x/send?key={secret}", f"key={secret}"):
        assert secret not in judge("wecom", 200, json.dumps({"errcode": 93000, "errmsg": text}).encode()).words


@given(st.text(max_size=500))
def test_masked_texts_are_short_and_on_one_line(text: str) -> None:
    assert len(masked(text)) <= 120
    assert "\n" not in masked(text)


@given(st.binary(max_size=200), st.integers(100, 599))
def test_no_answer_breaks_the_judge(body: bytes, status: int) -> None:
    for provider in ("wecom", "dingtalk", "feishu", "gateway"):
        assert judge(provider, status, body).words
