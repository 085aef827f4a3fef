"""Refusals that answer 200: captchas, sign-in pages and browser checks, told from pages that speak of them."""

import time

import pytest

from crawler.captcha import refusal

STORY = "".join(f"<p>清源市市场监管局第{n}次抽查农贸市场，要求经营者公示价格并当场整改。</p>" for n in range(20))
SHORT_NOTICE = "<h1>通知</h1><p>市民登录信箱时，请先输入验证码；忘记密码的，拨打12345。</p>"


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()


CAPTCHAS = {
    "search engine": page('<p>请输入验证码，以确认这是您的正常行为</p><script src="/antispider/a.js"></script>'),
    "GeeTest": page('<div id="captcha"></div><script src="https://static.geetest.com/v4/gt4.js"></script>'),
    "Tencent": page('<p>请完成安全验证</p><script src="https://turing.captcha.qcloud.com/TCaptcha.js"></script>'),
    "Aliyun slider": page('<div class="nc_wrapper">请按住滑块，拖动到最右边</div>', "<title>访问验证</title>"),
    "NetEase": page('<p>请完成下方验证</p><script>initNECaptcha({element: "#c"})</script>'),
    "WeChat": page('<h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a id="js_verify">去验证</a>'),
    "own picture": page('<form><input name="u"><img src="/captcha.php">请输入图中验证码</form>'),
    "own slider": page('<div class="slider-box">请拖动滑块完成拼图</div>'),
    "too often": page("<p>您的访问过于频繁，请稍后再试</p>"),
    "GB 18030": '<html><body><img src="/verifycode.jsp"><p>请输入验证码</p></body></html>'.encode("gb18030"),
}
CHECKS = {
    "cookie by script": b'<script>var arg1="0A1B";document.cookie="acw_sc__v2="+f(arg1);location.reload()</script>',
    "any cookie": b'<html><script>document.cookie="k=1;path=/";window.location.href="/index.html"</script></html>',
    "browser": page("<p>Checking</p><script>window._cf_chl_opt={}</script>", "<title>Just a moment</title>"),
    "packed script": page("", "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script>"),
}
SIGN_INS = {
    "form": page(
        '<form>用户名<input name="u">密码<input type="password" name="p"><button>登录</button></form>版权所有 清源市'
    ),
    "campus": page('<input type=password placeholder="密码">', "<title>统一身份认证平台</title>"),
    "drawn by script": page('<div id="app"></div><script src="/app.js"></script>', "<title>用户登录</title>"),
    "sent away": page("<script>window.location.href='https://sso.example.cn/login?service=x'</script>"),
    "sent away by head": page("", '<meta http-equiv="refresh" content="0;url=/passport/signin">'),
}
ORDINARY = {
    "article about captchas": page(f"<h1>本市网站登录须输入验证码</h1><p>请先完成滑块验证，再登录。</p>{STORY}"),
    "forum with a sign-in box": page(
        f'<form>账号<input>密码<input type="password"><button>登录</button></form>{STORY}'
    ),
    "comments behind a captcha": page(f'{STORY}<script src="https://static.geetest.com/gt.js"></script>'),
    "menu that leads to the sign-in": page(
        f"<a onclick=\"window.location.href='/passport/login'\">登录</a>{STORY}", "<title>登录难？清源市回应</title>"
    ),
    "short notice": page(SHORT_NOTICE),
    "visitor counter": page(f'{STORY}<script>document.cookie="seen=1";function go(){{location.href="/"}}</script>'),
    "story of a throttled site": page(f"<p>市民反映网站提示访问过于频繁。</p>{STORY}"),
    "feed of one entry": (
        '<?xml version="1.0"?><rss><channel><title>登录</title><item><title>请完成安全验证</title>'
        "<description>&lt;img src=captcha&gt;请输入验证码</description></item></channel></rss>"
    ).encode(),
    "data": '{"title": "登录时请输入验证码", "html": "<input type=password>"}'.encode(),
    "list of empty": page("<ul class=news></ul><p>暂无信息</p>", "<title>通知公告</title>"),
    "nothing": b"",
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0",
}


@pytest.mark.parametrize("name", CAPTCHAS)
def test_a_captcha_of_any_maker_is_a_refusal(name):
    assert refusal(CAPTCHAS[name]) == ("captcha", "网站要求人机验证（验证码页），没有给出内容")


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_of_the_browser_is_a_refusal(name):
    assert refusal(CHECKS[name]) == ("captcha", "网站先要检查浏览器（脚本验证），没有给出内容")


@pytest.mark.parametrize("name", SIGN_INS)
def test_a_sign_in_page_is_a_refusal(name):
    assert refusal(SIGN_INS[name]) == ("login", "网站要求登录，没有给出内容")


@pytest.mark.parametrize("name", ORDINARY)
def test_what_only_speaks_of_captchas_and_signing_in_is_an_ordinary_page(name):
    assert refusal(ORDINARY[name]) is None


@pytest.mark.parametrize(
    "piece", ["<script", "<!--", "<input ", "<", "location=", "document.cookie=", "<title>", "请输入"]
)
def test_no_page_keeps_the_search_busy(piece):
    began = time.perf_counter()
    refusal((f"<p>{piece}" * (90_000 // len(f"<p>{piece}".encode()))).encode())
    refusal(("<p>" + piece * (90_000 // len(piece.encode()))).encode())
    assert time.perf_counter() - began < 2
