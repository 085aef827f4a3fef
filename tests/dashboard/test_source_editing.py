"""Changing a source, and what opens it: cookies where they are authorised, mailbox passwords, keys; never shown."""

import re

import pytest
import screen_sources as made

from store import source_secrets
from store.db import transaction
from store.tables import JournalEntry, Source

COOKIE = "SUB=_2A25xx; path=/"


@pytest.fixture
def keeper(signed_in):
    """The office's browser."""
    return signed_in("office")


@pytest.fixture
def known(clock):
    """A source that answered with an ETag and has articles to come."""
    return made.source(clock.now, "清源网", url="https://news.example/feed", etag='"7"', last_modified="yesterday")


def opened(settings, source_id):
    return source_secrets.opened(settings.secret_file, made.one(source_id))


def everything_written(keeper):
    """Return the journal and every page about the first source."""
    pages = [keeper.text(address) for address in ("/sources", "/sources/1", "/sources/1/edit")]
    with transaction() as session:
        return "".join(pages) + "".join(f"{entry.action} {entry.facts}" for entry in session.query(JournalEntry))


def test_every_field_is_changed_and_only_their_names_are_journaled(keeper, known, clock):
    page = keeper.text(f"/sources/{known}/edit")
    assert 'value="https://news.example/feed"' in page
    clock.forward(minutes=2)
    form = {**made.FIELDS, "name": "清源新网", "role": "upstream", "retention_days": "60", "interval": "600"}
    answer = keeper.post(f"/sources/{known}/edit", url="https://news.example/new", **form)
    assert answer.headers["Location"] == f"/sources/{known}"
    one = made.one(known)
    assert (one.name, one.role, one.retention_days, one.interval) == ("清源新网", "upstream", 60, 600)
    assert (one.url, one.etag, one.last_modified, one.fetch_at) == ("https://news.example/new", None, None, clock.now)
    assert one.last_ok_at is not None
    [facts] = made.journaled("change_source")
    assert {"name", "url", "role", "legal_basis"} <= set(facts["fields"])
    assert "清源新网" not in str(facts)


def test_a_form_sent_unchanged_changes_nothing(keeper, known):
    before = made.one(known)
    page = keeper.text(f"/sources/{known}/edit").partition('id="reading"')[0]
    form = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    form.pop("csrf")
    form.pop("not_personal")
    form |= {"name": "清源网", "channel": "news", "authority": "city", "role": "open", "legal_basis": "", "impact": ""}
    assert keeper.post(f"/sources/{known}/edit", **form).status_code == 302
    after = made.one(known)
    assert (after.etag, after.interval, after.fetch_at) == (before.etag, before.interval, before.fetch_at)
    assert made.journaled("change_source") == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "news.example"}, "网址应以 http:// 或 https:// 开头"),
        ({"url": "https://other.example/"}, "已经登记过：别的网站"),
        ({"name": ""}, "请写一个名称"),
        ({"channel": "weibo"}, "请先确认这不是个人账号"),
    ],
)
def test_what_cannot_be_changed_is_said_with_what_was_typed(keeper, known, clock, wrong, words):
    made.source(clock.now, "别的网站", url="https://other.example/")
    answer = keeper.post(f"/sources/{known}/edit", **{**made.FIELDS, "url": "https://news.example/feed", **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="食品安全科"' in answer.text
    assert made.one(known).owner is None


def test_a_cookie_needs_the_platforms_written_authorisation(keeper, known, settings):
    refused = keeper.post(f"/sources/{known}/secret", authorisation=" ", secret=COOKIE)
    assert refused.status_code == 422
    assert "没有平台的书面授权，不能使用账号 Cookie" in refused.text
    assert made.one(known).secret is None
    assert COOKIE not in refused.text
    done = keeper.post(f"/sources/{known}/secret", authorisation="平台函〔2026〕5号，至年底", secret=COOKIE)
    assert done.status_code == 302
    assert opened(settings, known) == COOKIE
    assert "已保存，不再显示" in keeper.text(f"/sources/{known}/edit")
    seen = everything_written(keeper)
    assert COOKIE not in seen
    assert made.one(known).secret not in seen
    assert len(made.journaled("keep_source_secret")) == 1


@pytest.mark.parametrize("secret", ["a\nb", "甲=乙", "x" * 8001])
def test_a_cookie_is_one_line_of_plain_letters(keeper, known, secret):
    answer = keeper.post(f"/sources/{known}/secret", authorisation="平台函", secret=secret)
    assert "Cookie应是一行文字" in answer.text
    assert made.one(known).secret is None


def test_a_cookie_is_replaced_and_deleted(keeper, known, settings):
    for text in (COOKIE, "SUB=second"):
        keeper.post(f"/sources/{known}/secret", authorisation="平台函", secret=text)
    assert opened(settings, known) == "SUB=second"
    keeper.post(f"/sources/{known}/secret", authorisation="平台函", secret="", do="forget")
    assert made.one(known).secret is None
    assert made.one(known).authorisation == "平台函"
    assert len(made.journaled("forget_source_secret")) == 1


def test_without_its_authorisation_a_cookie_goes(keeper, known):
    keeper.post(f"/sources/{known}/secret", authorisation="平台函", secret=COOKIE)
    keeper.post(f"/sources/{known}/secret", authorisation="", secret="")
    assert (made.one(known).secret, made.one(known).authorisation) == (None, None)
    assert "Cookie 一并删除" in keeper.text(f"/sources/{known}/edit")


@pytest.mark.parametrize(
    ("url", "kept"),
    [("https://news.example/other", True), ("https://new.example/feed", False), ("http://news.example/feed", False)],
)
def test_a_cookie_never_goes_to_another_site(keeper, known, url, kept):
    keeper.post(f"/sources/{known}/secret", authorisation="平台函", secret=COOKIE)
    keeper.post(f"/sources/{known}/edit", url=url, **made.FIELDS)
    assert (made.one(known).secret is not None) == kept
    assert ("原来的Cookie已删除" in keeper.text(f"/sources/{known}")) != kept


MAILBOX = {
    **made.FIELDS,
    "channel": "message",
    "host": "imap.example",
    "user": "box@qy.example",
    "folder": "来信",
    "port": "",
}


def test_a_mailbox_is_added_with_its_password(keeper, settings):
    assert keeper.post("/sources/mailbox/new", secret="口令 1 ", **MAILBOX).headers["Location"] == "/sources/1"
    one = made.one(1)
    assert one.url == "imaps://box%40qy.example@imap.example:993/%E6%9D%A5%E4%BF%A1"
    assert (one.kind, one.kind_label, one.channel) == ("mailbox", "信箱（IMAP）", "message")
    assert one.fetch_at is not None
    assert opened(settings, 1) == "口令 1 "
    assert "口令 1" not in everything_written(keeper)
    keeper.post("/sources/1/secret", secret="second")
    assert opened(settings, 1) == "second"
    assert "请填写口令" in keeper.post("/sources/1/secret", secret="").text
    keeper.post("/sources/1/secret", do="forget")
    assert made.one(1).secret is None
    assert "没有，读不了信箱" in keeper.text("/sources/1")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"host": ""}, "请写明信箱的服务器和用户名"),
        ({"host": "imap.example/x"}, "服务器只写主机名"),
        ({"host": "imap.example:993"}, "服务器只写主机名"),
        ({"user": " "}, "请写明信箱的服务器和用户名"),
        ({"port": "99999999999"}, "端口应是 1 到 65535"),
        ({"secret": ""}, "请填写口令"),
        ({"name": ""}, "请写一个名称"),
    ],
)
def test_a_mailbox_that_cannot_be_is_refused(keeper, wrong, words):
    answer = keeper.post("/sources/mailbox/new", **{**MAILBOX, "secret": "secret-one", **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert "secret-one" not in answer.text


def test_a_mailbox_address_is_changed_but_never_holds_a_password(keeper):
    keeper.post("/sources/mailbox/new", secret="one", **{**MAILBOX, "plain": "1"})
    assert made.one(1).url.startswith("imap://box%40qy.example@imap.example:143/")
    form = {**made.FIELDS, "channel": "message"}
    refused = keeper.post("/sources/1/edit", url="imaps://box:pw@imap.example/INBOX", **form)
    assert "信箱地址里不要写口令" in refused.text
    assert "信箱地址应写成" in keeper.post("/sources/1/edit", url="https://imap.example/", **form).text
    keeper.post("/sources/1/edit", url="imaps://other@imap.example:993/INBOX", **form)
    assert made.one(1).secret is None


def test_a_vendor_gets_its_key_once_and_pushes_with_it(app, keeper, settings):
    page = keeper.post("/sources/push/new", **{**made.FIELDS, "name": "舆情服务公司A", "channel": "weibo"})
    assert page.status_code == 200
    key = re.search(r'密钥</dt><dd><span class="secret">([\w-]{40,})<', page.text)[1]
    assert f"{settings.base_url}/api/push/1" in page.text
    one = made.one(1)
    assert (one.url, one.kind, one.kind_label, one.fetch_at) == ("push:舆情服务公司A", "push", "服务商推送", None)
    seen = everything_written(keeper)
    assert key not in seen
    assert one.secret not in seen
    assert "20261122-000017" in seen

    def push(bearer):
        said = {"items": [{"id": "1", "title": "腹泻"}]}
        headers = {"Authorization": f"Bearer {bearer}"}
        return app.test_client().post("/api/push/1", json=said, headers=headers).status_code

    assert push(key) == 200
    fresh = re.search(r'密钥</dt><dd><span class="secret">([\w-]{40,})<', keeper.post("/sources/1/key").text)[1]
    assert push(key) == 401
    assert push(fresh) == 200
    assert made.journaled("renew_push_key") == [{}]


def test_a_vendor_is_edited_without_losing_its_address_and_has_no_cookie(keeper):
    form = {**made.FIELDS, "name": "公司"}
    keeper.post("/sources/push/new", **form)
    assert "已经有叫“公司”的服务商推送" in keeper.post("/sources/push/new", **form).text
    before = made.one(1).secret
    assert (
        keeper.post("/sources/1/edit", **{**form, "name": "公司（二期）", "url": "x", "interval": ""}).status_code
        == 302
    )
    one = made.one(1)
    assert (one.name, one.url, one.secret, one.fetch_at) == ("公司（二期）", "push:公司", before, None)
    for form in ({"secret": "x", "authorisation": "函"}, {"do": "forget"}):
        assert keeper.post("/sources/1/secret", **form).status_code == 422
    assert made.one(1).secret == before


def test_only_vendors_have_keys(keeper, known):
    answer = keeper.post(f"/sources/{known}/key")
    assert answer.status_code == 422
    assert "只有服务商推送才有密钥" in answer.text
    with transaction() as session:
        assert session.get_one(Source, known).secret is None
