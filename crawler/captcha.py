"""Pages that answer 200 and yet refuse: a captcha, a sign-in, a check of the browser. Told apart from real pages."""

import re

_HEAD = 40_000
_LONG = 60_000
"""Bytes from which on a page is a real one that merely mentions a captcha."""
_CAPTCHA = re.compile(
    r"antispider|geetest|TCaptcha|captcha-delivery|/waf_captcha|verify_img|security_verify"
    r"|_guard/(?:auto|slide)|acw_sc__v2"
    r"|cf-browser-verification|just a moment\.\.\.|(?:请|需要)(?:先)?(?:输入|完成|通过)[^<]{0,12}"
    r"(?:验证码|安全验证|人机验证|滑块)"
    r"|访问过于频繁|您的访问(?:出现|存在)异常|检测到异常访问|环境异常[^<]{0,20}验证",
    re.I,
)
_LOGIN = re.compile(
    r"<title>[^<]{0,30}(?:登录|登陆|统一身份认证|sign in|log in)[^<]{0,30}</title>|window\.location[^;]{0,40}/login",
    re.I,
)


def refusal(body: bytes) -> tuple[str, str] | None:
    """Return (code, words) if an answer of 200 is a refusal in disguise, None for an ordinary page.

    Codes are captcha and login.
    """
    if len(body) > _LONG:
        return None
    head = body[:_HEAD].decode("utf-8", "ignore")
    if not re.search(r"[\u4e00-\u9fff]", head):
        head += body[:_HEAD].decode("gb18030", "ignore")
    if _CAPTCHA.search(head):
        return "captcha", "网站要求人机验证（验证码页），没有给出内容"
    if _LOGIN.search(head):
        return "login", "网站要求登录，没有给出内容"
    return None
