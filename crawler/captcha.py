"""Pages that answer 200 and yet refuse: a captcha, a sign-in, a check of the browser. Told apart from real pages.

Words alone prove nothing: notices speak of captchas, forums have a sign-in box, ordinary pages load a captcha maker's
script for their comments. A refusal shows its lock and has little else to read.
"""

import re

_LONG = 100_000
"""Bytes from which on a page is a real one."""
_LITTLE, _HARDLY, _NOTHING = 400, 150, 60
"""Characters to read, without white space, below which a page says little, hardly anything, as good as nothing."""
_MAKER = re.compile(
    r"antispider|geetest|TCaptcha|turing\.captcha|captcha-delivery|AliyunCaptcha|awsc\.js|nc_wrapper|NECaptcha|initNECaptcha"
    r"|dx-captcha|dingxiang|/waf_captcha|waf_slider|verify_img|security_verify|wappass\.baidu|hcaptcha|recaptcha"
    r"|challenges\.cloudflare|_guard/(?:auto|slide)",
    re.I,
)
_CHECK = re.compile(
    r"acw_sc__v2|cf-browser-verification|_cf_chl_opt|<title>just a moment|\$_ts\s{0,3}=\s{0,3}window|__jsl_clearance"
    r"|document\.cookie\s{0,3}=[^<]{1,2000}?location\.?(?:href|reload|replace)",
    re.I,
)
_ASKS = re.compile(
    r"(?:请|需要)(?:先|您)?(?:输入|完成|通过|拖动|按住|点击|进行)[^<]{0,20}?(?:验证码|安全验证|人机验证|身份验证|滑块|验证)"
    r"|环境异常[^<]{0,20}验证|(?:百度|滑动|滑块|人机)(?:安全)?验证"
)
_LOCK = re.compile(
    r"<(?:img|input|div|iframe|script|canvas|form|span|a)\b[^<>]{0,300}(?:captcha|verif|valid|slid|验证|滑块)", re.I
)
_TOO_OFTEN = re.compile(r"访问过于频繁|您的访问(?:出现|存在)异常|检测到异常(?:访问|流量)|操作过于频繁")
_PASSWORD = re.compile(r"<input\b[^<>]{0,300}type\s{0,3}=\s{0,3}[\"']?password", re.I)
_SIGN_IN = re.compile(r"登录|登陆|统一身份认证|账号|帐号|用户名|sign in|log in|login", re.I)
_TITLE = re.compile(r"<title>[^<]{0,30}(?:登录|登陆|统一身份认证|sign in|log in)[^<]{0,30}</title>", re.I)
_SENT_AWAY = re.compile(
    r"location(?:\.href)?\s{0,3}(?:=|\.(?:replace|assign)\()\s{0,3}[\"'][^\"'<>]{0,300}(?:login|passport|/sso|/cas/|signin)"
    r"|<meta\b[^<>]{0,60}refresh[^<>]{0,300}(?:login|passport|/sso|/cas/|signin)",
    re.I,
)
_FEEDS = re.compile(
    r"\s*(?:<\?xml[^<]{0,200})?(?:<!--.{0,2000}?-->\s*)?<(?:rss|feed|rdf|urlset|sitemapindex|opml)\b", re.I | re.S
)
_UNREAD = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|noscript|title)\b.*?(?:</\1\s*>|\Z)|<[^>]*>?|&nbsp;|\s+", re.I | re.S
)


def refusal(body: bytes) -> tuple[str, str] | None:
    """Return (code, words) if an answer of 200 is a refusal in disguise, None for an ordinary page, a feed or data.

    Codes are captcha and login.
    """
    if len(body) > _LONG:
        return None
    page = _decoded(body)
    if not page.lstrip("\ufeff \r\n\t").startswith("<") or _FEEDS.match(page.lstrip("\ufeff")):
        return None
    if _CHECK.search(page) and _to_read(page) < _NOTHING * 2:
        return "captcha", "网站先要检查浏览器（脚本验证），没有给出内容"
    if _asks_for_proof(page):
        return "captcha", "网站要求人机验证（验证码页），没有给出内容"
    if _asks_to_sign_in(page):
        return "login", "网站要求登录，没有给出内容"
    return None


def _asks_for_proof(page: str) -> bool:
    if _TOO_OFTEN.search(page) and _to_read(page) < _HARDLY:
        return True
    locked = _MAKER.search(page) if _ASKS.search(page) is None else _MAKER.search(page) or _LOCK.search(page)
    if locked is None:
        return False
    read = _to_read(page)
    return read < (_LITTLE if _ASKS.search(page) else _NOTHING)


def _asks_to_sign_in(page: str) -> bool:
    if _PASSWORD.search(page):
        return bool(_SIGN_IN.search(page)) and _to_read(page) < _LITTLE
    return bool(_SENT_AWAY.search(page) or _TITLE.search(page)) and _to_read(page) < _NOTHING


def _decoded(body: bytes) -> str:
    """Return the text of a page well enough to find words in: few such pages say how they are written."""
    text = body.decode("utf-8", "ignore")
    return text if re.search(r"[\u4e00-\u9fff]", text) else body.decode("gb18030", "ignore")


def _to_read(page: str) -> int:
    """Return how many characters a page shows."""
    return len(_UNREAD.sub("", page))
