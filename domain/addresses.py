"""Web addresses: absolute, written one way, without what only tells who shared them."""

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(?:utm_\w+|spm|scm|share\w*|sharer_\w+|from|isappinstalled|mpshare|wxshare_count|chksm|scene|srcid|exportkey"
    r"|pass_ticket|wx_header|nsukey|refer_flag|log_from|tt_from|wfr|vd_source|hmsr|hmpl|hmcu|hmkw|hmci|bd_vid|qhclickid"
    r"|fbclid|gclid|yclid|msclkid|mc_[ce]id|at_medium|at_campaign)",
    re.I,
)
# Somewhere these also carry a page number; with digits as value they stay.
_DOUBTFUL = {"from", "scene"}
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b\ufeff]")
_NOT_IN_HOST = re.compile(r"[\s<>\"'%\\^`{|}]")
_SAFE = "/%:@!$&'()*+,;=~-._"


def absolute(url: str, base: str | None = None) -> str:
    """Return `url` as an absolute http(s) address, joined to `base` where it is relative.

    Raises ValueError, in Chinese, if that is no http(s) address with a host, or carries a user name.
    """
    text = _INVISIBLE.sub("", url).strip(" \u3000\xa0").replace("&amp;", "&")
    try:
        joined = urljoin(base, text) if base else text
        parts = urlsplit(joined)
        wrong = _fault(parts)
    except ValueError:
        wrong = "链接格式不正确，无法识别主机或端口"
    if wrong:
        raise ValueError(wrong)
    return joined


def canonical(url: str, base: str | None = None) -> str:
    """Return the one spelling under which `url` is stored, absolute.

    Scheme and host are in lower case; default port, fragment (but the route of a one-page application stays) and
    tracking parameters are gone; non-ASCII is percent-encoded. Doing it twice changes nothing. Raises ValueError as
    `absolute` does.
    """
    parts = urlsplit(absolute(url, base))
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    path = quote(parts.path, safe=_SAFE) or "/"
    return urlunsplit((parts.scheme, _netloc(parts), path, _query(parts.query), quote(fragment, safe=_SAFE + "?")))


def _fault(parts: SplitResult) -> str | None:
    """Return in Chinese why this is not an address to fetch, or None."""
    if parts.scheme not in _PORTS:
        return f"链接不是 http 或 https 地址（{parts.scheme[:20] or '缺少协议'}）"
    if not parts.hostname or parts.port == 0:
        return "链接缺少主机名或端口不正确"
    if _NOT_IN_HOST.search(parts.hostname):
        return "链接的主机名不合法"
    if "@" in parts.netloc:
        return "链接里带有用户名或口令，请去掉后再填"
    return None


def _netloc(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValueError("链接的主机名不合法") from None
    name = f"[{name}]" if ":" in name else name
    return name if parts.port in (None, _PORTS[parts.scheme]) else f"{name}:{parts.port}"


def _query(query: str) -> str:
    """Return the query without tracking parameters, the others in their order."""
    return "&".join(quote(pair, safe=_SAFE + "?") for pair in query.split("&") if pair and not _only_tracks(pair))


def _only_tracks(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return bool(_TRACKING.fullmatch(name)) and not (name.lower() in _DOUBTFUL and value.isdigit())
