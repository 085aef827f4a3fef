"""What a failed fetch is called on the board: one short code and one Chinese sentence for the duty officer."""

import ssl

from crawler.charset import decode
from crawler.complaints import complaint


class FetchError(Exception):
    """A fetch that brought nothing: a stable `code`, `words` for people, and `status` and `retry_after` if known."""

    def __init__(self, code: str, words: str, *, status: int | None = None, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.code, self.words = code, words
        self.status, self.retry_after = status, retry_after


_STATUS = {
    401: ("forbidden", "被拒绝访问（401），网站要求登录"),
    403: ("forbidden", "被拒绝访问（403），网站可能限制了采集"),
    404: ("gone", "页面不存在（404），请核对地址"),
    407: ("forbidden", "被拒绝访问（407），网络出口要求代理认证"),
    410: ("gone", "页面已被网站删除（410）"),
    412: ("forbidden", "被拒绝访问（412），网站有反采集保护"),
    418: ("forbidden", "被拒绝访问（418），网站有反采集保护"),
    432: ("forbidden", "被拒绝访问（432），网站有反采集保护"),
    429: ("throttled", "访问太频繁，网站要求稍后再来（429）"),
    503: ("throttled", "网站暂时不可用（503），稍后会再试"),
}


def for_status(status: int, page: bytes = b"", charset: str | None = None) -> tuple[str, str]:
    """Return (code, words) for an HTTP status that is not a success, with the reason its page gives, if any."""
    code, words = _STATUS.get(status) or _of_class(status)
    said = complaint(decode(page, charset)[0]) if page else None
    return code, f"{words}；{said}" if said else words


def _of_class(status: int) -> tuple[str, str]:
    if status >= 500:
        return "server", f"网站内部出错（{status}），稍后会再试"
    return "status", f"网站没有给出内容（{status}）"


def for_connect(host: str, error: Exception) -> tuple[str, str]:
    """Return (code, words) for a connection that could not be made, by what caused it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "tls", f"{host} 的安全证书没有通过校验（可能过期或不属于该网站），未取内容"
        if isinstance(cause, ssl.SSLError):
            return "tls", f"与 {host} 建立加密连接失败"
        if isinstance(cause, ConnectionRefusedError):
            return "connect", f"连不上 {host}：对方没有开放该端口"
        cause = cause.__cause__ or cause.__context__
    if str(error) == "dns":
        return "dns", f"查不到 {host} 的地址，请核对域名或网络"
    return "connect", f"连不上 {host}，网络不通或对方已关机"
