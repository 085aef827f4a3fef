"""What went over the wire in one exchange, as evidence needs it: request, response headers, raw bytes."""

from dataclasses import dataclass

import httpx

_NOT_TOLD = frozenset({"cookie", "authorization", "proxy-authorization"})
_OF_THE_LINE = frozenset({"transfer-encoding"})

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer. `raw` is the body as it came, packed if it was; chunking is undone.

    Cookies and passwords sent are left out.
    """

    url: str
    request_line: str
    request_headers: Headers
    status_line: str
    answer_headers: Headers
    raw: bytes


def exchange_of(request: httpx.Request, response: httpx.Response, raw: bytes) -> Exchange:
    """Return the exchange of a request and its answer, whose body was read as `raw`."""
    return Exchange(
        url=str(request.url),
        request_line=f"{request.method} {request.url.raw_path.decode('ascii', 'replace')} HTTP/1.1",
        request_headers=_kept(request.headers, _NOT_TOLD),
        status_line=f"{response.http_version} {response.status_code} {response.reason_phrase}",
        answer_headers=_kept(response.headers, _OF_THE_LINE),
        raw=raw,
    )


def _kept(headers: httpx.Headers, without: frozenset[str]) -> Headers:
    pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)
    return tuple((name, value) for name, value in pairs if name.lower() not in without)
