"""Each channel against a provider that is really asked over HTTP: what is sent, signed, and what its answers do."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from services.provider import DRIP, DROP, HANG, Provider, provider

from alerts import channels
from alerts.channels import Mail, Refused, Retry, Throttled, post, webhook

AT = datetime(2026, 6, 10, 6, 0, tzinfo=UTC)
SHORT = "舆情〔2026〕1号 红色：请发布权威信息并反馈，时限6月10日19:00。值班室0000-1234567"
PATHS = {
    "wecom_robot": "/robot?key=k1",
    "dingtalk_robot": "/robot/send?access_token=t1&secret=SECx",
    "feishu_robot": "/hook/h1?secret=fx",
    "sms": "/sms",
    "voice": "/voice",
    "webhook": "/push",
}


def mail(**changes: object) -> Mail:
    parts: dict[str, object] = {
        "sender": "zhiban@qingyuan.example",
        "sender_name": "值班室",
        "to": "13900000000",
        "subject": "秘密的标题",
        "text": "秘密的正文",
        "html": "<p>秘密的正文</p>",
        "message_id": "<1@huiying.invalid>",
        "thread": None,
        "at": AT,
        "short": SHORT,
        "reference": "abc123",
        "callback": "https://yq.example/voice/1-2-x",
    }
    return Mail(**{**parts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def other() -> Iterator[Provider]:
    with provider() as made:
        yield made


def send(name: str, other: Provider, **changes: object) -> str:
    return channels.named(name)(other.url(PATHS[name], "bureau:s%40crt"), mail(**changes))


@pytest.mark.parametrize("name", PATHS)
def test_only_the_short_text_leaves_the_house(name: str, other: Provider) -> None:
    assert "对方已收" in send(name, other)
    [asked] = other.asked
    said = asked.content.decode()
    assert SHORT in said
    assert "秘密" not in said + asked.path
    assert "Cookie" not in asked.headers


def test_a_robot_gets_text(other: Provider) -> None:
    send("wecom_robot", other)
    assert other.asked[0].said == {"msgtype": "text", "text": {"content": SHORT}}
    assert other.asked[0].path == "/robot?key=k1"


def test_dingtalk_is_signed_in_the_address(other: Provider) -> None:
    send("dingtalk_robot", other)
    query = parse_qs(urlsplit(other.asked[0].path).query)
    stamp = str(int(AT.timestamp() * 1000))
    mark = hmac.new(b"SECx", f"{stamp}\nSECx".encode(), hashlib.sha256).digest()
    assert query == {"access_token": ["t1"], "timestamp": [stamp], "sign": [base64.b64encode(mark).decode()]}


def test_feishu_is_signed_in_the_body(other: Provider) -> None:
    send("feishu_robot", other)
    said, stamp = other.asked[0].said, str(int(AT.timestamp()))
    mark = base64.b64encode(hmac.new(f"{stamp}\nfx".encode(), b"", hashlib.sha256).digest()).decode()
    assert said == {"timestamp": stamp, "sign": mark, "msg_type": "text", "content": {"text": SHORT}}
    assert "secret" not in other.asked[0].path


def test_the_gateway_of_text_messages_is_asked_with_user_and_password(other: Provider) -> None:
    send("sms", other)
    [asked] = other.asked
    assert asked.said == {"to": "13900000000", "text": SHORT, "id": "abc123"}
    assert base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")) == b"bureau:s@crt"


def test_the_voice_gateway_learns_where_to_report(other: Provider) -> None:
    send("voice", other)
    said = other.asked[0].said
    assert said["callback"] == "https://yq.example/voice/1-2-x"
    assert said["text"].endswith("签收请按1。")


def test_a_push_is_signed_over_time_and_body(other: Provider) -> None:
    other.then((204, b""))
    send("webhook", other)
    [asked] = other.asked
    stamp = asked.headers["X-Huiying-Timestamp"]
    assert asked.headers["X-Huiying-Signature"] == webhook.signature("s@crt", stamp, asked.content)
    assert webhook.signature("other", stamp, asked.content) != asked.headers["X-Huiying-Signature"]
    assert int(stamp) == int(AT.timestamp())
    assert "Authorization" not in asked.headers


APP = "/?agentid=1000002"


@pytest.fixture
def app(other: Provider) -> str:
    """The address of an app of our own: its token is known to no other test."""
    return other.url(APP, "corp:app-secret")


def test_the_token_of_an_app_is_fetched_once(other: Provider, app: str) -> None:
    other.then((200, {"errcode": 0, "access_token": "T1", "expires_in": 7200}))
    for _ in range(3):
        channels.named("wecom_app")(app, mail(to="zhibanA"))
    first, *sent = other.asked
    assert first.path == "/cgi-bin/gettoken?corpid=corp&corpsecret=app-secret"
    assert [one.path for one in sent] == ["/cgi-bin/message/send?access_token=T1"] * 3
    said = sent[0].said
    assert (said["touser"], said["agentid"], said["text"]) == ("zhibanA", 1000002, {"content": SHORT})


def test_a_token_that_ended_is_fetched_anew(other: Provider, app: str) -> None:
    other.then((200, {"errcode": 0, "access_token": "T1", "expires_in": 7200}), (200, {"errcode": 42001}))
    with pytest.raises(Retry):
        channels.named("wecom_app")(app, mail())
    other.then((200, {"errcode": 0, "access_token": "T2", "expires_in": 7200}))
    channels.named("wecom_app")(app, mail())
    assert other.asked[-1].path.endswith("access_token=T2")


def test_an_account_the_app_cannot_reach_is_refused_although_the_code_is_0(other: Provider, app: str) -> None:
    other.then((200, {"errcode": 0, "access_token": "T1", "expires_in": 7200}))
    other.then((200, {"errcode": 0, "errmsg": "ok", "invaliduser": "zhibanA"}))
    with pytest.raises(Refused, match="没有这个账号"):
        channels.named("wecom_app")(app, mail(to="zhibanA"))


def test_an_app_without_agent_is_refused(other: Provider) -> None:
    with pytest.raises(Refused, match="agentid"):
        channels.named("wecom_app")(other.url("/", "corp:s"), mail())
    assert other.asked == []


@pytest.mark.parametrize("name", PATHS)
def test_a_lie_under_http_200_is_found_out(name: str, other: Provider) -> None:
    other.then((200, {"errcode": 93000, "code": 19001, "errmsg": "invalid webhook url", "msg": "invalid"}))
    with pytest.raises(Refused):
        send(name, other)
    other.then((200, {"errcode": 45009, "code": 11232, "errmsg": "freq out of limit", "msg": "frequency limited"}))
    with pytest.raises(Throttled) as caught:
        send(name, other)
    assert caught.value.wait in (60, 600)


@pytest.mark.parametrize("name", PATHS)
def test_a_provider_that_dies_after_taking_is_asked_again(name: str, other: Provider) -> None:
    other.then(DROP)
    with pytest.raises(Retry) as caught:
        send(name, other)
    assert not caught.value.reached
    assert "127.0.0.1" not in str(caught.value)
    assert "对方已收" in send(name, other)
    if name in ("sms", "voice", "webhook"):
        assert [json.loads(one.content)["id"] for one in other.asked] == ["abc123"] * 2


def test_a_redirect_is_not_followed(other: Provider) -> None:
    other.then((302, b""))
    with pytest.raises(Refused):
        send("sms", other)
    assert len(other.asked) == 1


@pytest.mark.parametrize("step", [HANG, DRIP])
def test_who_hangs_or_drips_is_cut_off(step: str, other: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "WHOLE", 0.4)
    other.then(step)
    began = time.monotonic()
    with pytest.raises(Retry):
        send("sms", other)
    assert time.monotonic() - began < 3


def test_nobody_listening_is_tried_again_and_no_address_is_told() -> None:
    with pytest.raises(Retry) as caught:
        channels.named("wecom_robot")("http://127.0.0.1:9/send?key=geheim", mail())
    assert "geheim" not in str(caught.value)


def test_a_flood_is_not_read(other: Provider) -> None:
    other.then((200, b" " * 200_000))
    with pytest.raises(Retry):
        send("sms", other)
