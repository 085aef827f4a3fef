"""JSON Lines in, JSON Lines out: answers in input order, a bad line is answered in its place."""

import io
import json
import select
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, TextIO

import msgspec

Row = dict[str, Any]
Answer = Row | list[Row]
_ENCODE_LINES = msgspec.json.Encoder().encode_lines
_DECODE = msgspec.json.Decoder().decode


def answer_all(
    judge: Callable[[Sequence[Row]], Sequence[Answer | Exception]],
    required: Iterable[str],
    lines: TextIO | None = None,
    out: TextIO | None = None,
    batch: int = 256,
) -> int:
    """Read rows, hand them on in batches of `batch`, print the answers; return the exit status (1 if any line failed).

    Without `lines` standard input is read: UTF-8 whatever the locale says, one bad byte spoils its own line only, and
    where the input pauses what has come is answered, so that a person or a program can wait for each answer.
    `judge` gets rows that have all `required` keys and returns one answer per row: a row, a list of rows (printed
    one a line, each with the asked `id`), or an exception (printed as `{"id", "error"}` in its place).
    """
    failed = False
    out = out or _utf8(sys.stdout)
    required = tuple(required)
    for group in _batches(lines, batch) if lines is not None else _arriving(_bytes_of(sys.stdin), batch):
        parsed = [_parse(line, required) for line in group]
        good = [row for row in parsed if isinstance(row, dict) and "error" not in row]
        answers = iter(_guarded(judge, good))
        printed: list[Row] = []
        for row in parsed:
            answer = row if "error" in row else next(answers)
            failed |= _print(row, answer, printed)
        out.write(_encoded(printed))
        out.flush()
    return int(failed)


def _batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield lists of at most `size` non-blank lines."""
    group: list[str] = []
    for line in lines:
        if line.strip():
            group.append(line)
        if len(group) >= size:
            yield group
            group = []
    if group:
        yield group


def _arriving(stream: BinaryIO, size: int) -> Iterator[list[bytes]]:
    """Yield lists of at most `size` non-blank lines, shorter ones where the input pauses."""
    group: list[bytes] = []
    parts: list[bytes] = []
    while chunk := _read(stream):
        first, *others = chunk.split(b"\n")
        parts.append(first)
        for text in others:
            group += [line] if (line := b"".join(parts)).strip() else []
            parts = [text]
            if len(group) >= size:
                yield group
                group = []
        if group and not _more_waits(stream):
            yield group
            group = []
    group += [line] if (line := b"".join(parts)).strip() else []
    if group:
        yield group


def _read(stream: BinaryIO) -> bytes:
    """Return what has come, empty at the end; waits only while nothing has."""
    return stream.read1(1 << 18) if isinstance(stream, io.BufferedReader | io.BytesIO) else stream.read(1 << 18)


def _more_waits(stream: BinaryIO) -> bool:
    """Return whether reading on would not wait; what is no file is in memory already."""
    try:
        return bool(select.select([stream], [], [], 0)[0])
    except (OSError, ValueError):
        return True


def _bytes_of(stream: TextIO) -> BinaryIO:
    """Return the bytes behind a text stream; one that has none is in memory."""
    return stream.buffer if hasattr(stream, "buffer") else io.BytesIO(stream.read().encode())


def _utf8(stream: TextIO) -> TextIO:
    """Return the stream writing UTF-8; half a character pair, which UTF-8 cannot say, stays a JSON escape."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream


def _parse(line: str | bytes, required: tuple[str, ...]) -> Row:
    """Return the row, or a row with `error` that says what is wrong with the line.

    What the fast reader refuses the standard one may still read (NaN, half a character pair), or says why not.
    """
    try:
        row = _DECODE(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        row, wrong = _parse_slowly(line)
        if wrong:
            return {"id": None, "error": wrong}
    if not isinstance(row, dict):
        return {"id": None, "error": "每行应是一个 JSON 对象"}
    missing = [key for key in required if key not in row]
    if missing:
        return {"id": row.get("id"), "error": f"缺少字段：{'、'.join(missing)}"}
    row.pop("error", None)
    return row


def _parse_slowly(line: str | bytes) -> tuple[Any, str]:
    """Return what the line says, or what is wrong with it, as words."""
    try:
        return json.loads(line.decode("utf-8-sig") if isinstance(line, bytes) else line), ""
    except UnicodeDecodeError as error:
        return None, f"不是 UTF-8 编码：第 {error.start + 1} 个字节无法识别"
    except RecursionError:
        return None, "不是合法的 JSON 行：嵌套过深"
    except ValueError as error:
        return None, f"不是合法的 JSON 行：{error}"


def _guarded(
    judge: Callable[[Sequence[Row]], Sequence[Answer | Exception]], rows: Sequence[Row]
) -> Sequence[Answer | Exception]:
    """Ask for the whole batch; if that fails, ask row by row, so that one bad row spoils no other."""
    if not rows:
        return []
    try:
        return judge(rows)
    except Exception:
        return [_single(judge, row) for row in rows]


def _single(judge: Callable[[Sequence[Row]], Sequence[Answer | Exception]], row: Row) -> Answer | Exception:
    try:
        return judge([row])[0]
    except Exception as error:
        return error


def _print(row: Row, answer: Answer | Exception, printed: list[Row]) -> bool:
    """Add the lines of one answer to `printed`; return True if it is an error."""
    if isinstance(answer, Exception):
        answer = {"error": str(answer) or type(answer).__name__}
    failed = False
    for one in [answer] if isinstance(answer, dict) else answer:
        printed.append({"id": row.get("id"), **one} if "id" in row or "error" in one else one)
        failed |= "error" in one
    return failed


def _encoded(rows: Sequence[Row]) -> str:
    """Return rows as lines."""
    try:
        return _ENCODE_LINES(rows).decode()
    except UnicodeError:  # Half a character pair somewhere.
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
