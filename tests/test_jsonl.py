"""JSON Lines: every line is answered in its place, in order, without waiting for the end."""

import io
import json
import os
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.jsonl import answer_all

PROGRAM = """
import sys
from huiying.jsonl import answer_all
sys.exit(answer_all(lambda rows: [{"n": row["n"], "text": row.get("text")} for row in rows], ["n"], batch=4))
"""


def double(rows):
    return [{"twice": row["n"] * 2} for row in rows]


def answers(lines, judge=double, batch=3):
    """What is printed for these lines, and the exit status."""
    out = io.StringIO()
    status = answer_all(judge, ["n"], io.StringIO("\n".join(lines)), out, batch)
    return [json.loads(line) for line in out.getvalue().splitlines()], status


def run(given, **environ):
    """The program's output and exit status for these bytes on standard input."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, input=given, capture_output=True, env={**os.environ, **environ}, timeout=30)
    assert done.stderr == b"", done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()], done.returncode


def test_answers_come_in_the_order_of_the_lines_with_their_ids():
    found, status = answers([f'{{"id": {n}, "n": {n}}}' for n in range(10)])
    assert found == [{"id": n, "twice": 2 * n} for n in range(10)]
    assert status == 0


def test_a_line_without_an_id_is_answered_without_one_but_an_error_always_has_one():
    found, status = answers(['{"n": 1}', '{"n": "x", "id": "a"}', '{"n": null}'])
    assert found[:2] == [{"twice": 2}, {"id": "a", "twice": "xx"}]
    assert found[2]["id"] is None
    assert found[2]["error"]
    assert status == 1


@pytest.mark.parametrize(
    ("line", "id_", "words"),
    [
        ("not json", None, "不是合法的 JSON"),
        ('{"id": 7, "n": 1', None, "不是合法的 JSON"),
        ("[1, 2]", None, "JSON 对象"),
        ("3", None, "JSON 对象"),
        ("null", None, "JSON 对象"),
        ('{"id": "七"}', "七", "缺少字段：n"),
        ("[" * 100_000, None, "嵌套过深"),
        ("{" + '"a":{' * 100_000, None, "嵌套过深"),
    ],
)
def test_a_bad_line_is_answered_in_its_place_and_the_others_go_on(line, id_, words):
    found, status = answers(['{"id": 1, "n": 1}', line, '{"id": 2, "n": 2}'])
    assert [one["id"] for one in found] == [1, id_, 2]
    assert words in found[1]["error"]
    assert [found[0]["twice"], found[2]["twice"]] == [2, 4]
    assert status == 1


def test_blank_lines_are_not_answered():
    assert answers(["", "  ", '{"n": 1}', "\t"]) == ([{"twice": 2}], 0)
    assert answers([""]) == ([], 0)


def test_one_row_that_breaks_the_batch_spoils_no_other():
    found, status = answers([f'{{"id": {n}, "n": {value}}}' for n, value in enumerate(["1", "{}", "3"])])
    assert [one.get("twice") for one in found] == [2, None, 6]
    assert "error" in found[1]
    assert status == 1


def test_an_answer_may_be_several_rows_or_an_exception():
    def judge(rows):
        return [[{"part": 1}, {"part": 2}] if row["n"] else ValueError("没有") for row in rows]

    found, status = answers(['{"id": "a", "n": 1}', '{"id": "b", "n": 0}'], judge)
    assert found == [{"id": "a", "part": 1}, {"id": "a", "part": 2}, {"id": "b", "error": "没有"}]
    assert status == 1


def test_a_row_that_carries_an_error_of_its_own_is_judged_all_the_same():
    assert answers(['{"n": 1, "error": "old"}']) == ([{"twice": 2}], 0)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=40)
@given(
    st.lists(st.one_of(values.map(json.dumps), st.text().map(lambda text: " ".join(text.split())))), st.integers(1, 5)
)
def test_whatever_comes_every_line_that_is_not_blank_is_answered_once(lines, batch):
    found, status = answers(lines, lambda rows: [{"ok": True} for _ in rows], batch)
    assert len(found) == sum(bool(line.strip()) for line in lines)
    assert status == any("error" in one for one in found)


def test_bytes_that_are_no_utf8_spoil_their_own_line_only():
    found, status = run(b'{"id": 1, "n": 1}\n\xb9\xfe\xff\n{"id": 2, "n": "\xd6\xd0"}\n{"id": 3, "n": 3}')
    assert [one["id"] for one in found] == [1, None, None, 3]
    assert ["UTF-8" in one.get("error", "") for one in found] == [False, True, True, False]
    assert status == 1


@pytest.mark.parametrize("environ", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk"}, {"LC_ALL": "C"}])
def test_utf8_is_read_and_written_whatever_the_locale(environ):
    text = "舆情〔2026〕3号 𠮷 é"
    given = json.dumps({"id": "甲", "n": 1, "text": text}, ensure_ascii=False).encode()
    assert run(b"\xef\xbb\xbf" + given + b"\r\n", **environ) == ([{"id": "甲", "n": 1, "text": text}], 0)


def test_half_a_character_pair_comes_back_as_it_was_written():
    assert run(b'{"n": 1, "text": "\\ud83d"}') == ([{"n": 1, "text": "\ud83d"}], 0)


def test_lines_longer_than_one_read_and_a_last_line_without_an_end():
    text = "长" * 400_000
    given = "\n".join(json.dumps({"id": n, "n": n, "text": text}) for n in range(3))
    found, status = run(given.encode())
    assert [one["id"] for one in found] == [0, 1, 2]
    assert all(one["text"] == text for one in found)
    assert status == 0


def test_nothing_in_nothing_out():
    assert run(b"") == ([], 0)


def started():
    return subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_who_types_one_line_gets_its_answer_before_the_next():
    with started() as process:
        for n in range(3):
            process.stdin.write(b'{"n": %d}\n' % n)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["n"] == n
        process.stdin.close()
        assert process.wait(10) == 0


def test_first_answers_come_while_the_input_goes_on():
    with started() as process:
        process.stdin.write(b"".join(b'{"n": %d}\n' % n for n in range(9)) + b'{"n": ')
        process.stdin.flush()
        assert [json.loads(process.stdout.readline())["n"] for _ in range(9)] == list(range(9))
        assert process.poll() is None
        process.stdin.write(b"9}\n")
        process.stdin.close()
        assert json.loads(process.stdout.readline())["n"] == 9
        assert process.wait(10) == 0


def test_twenty_thousand_lines_take_seconds():
    given = b"".join(b'{"id": %d, "n": %d}\n' % (n, n) for n in range(20_000))
    began = time.monotonic()
    found, status = run(given)
    assert (len(found), found[-1]["n"], status) == (20_000, 19_999, 0)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("id_", ["123456789012345678901234567890", '"\\ud83d"', "-0.25", '"九"'])
def test_an_id_comes_back_as_it_was_given(id_):
    found, status = answers([f'{{"id": {id_}, "n": 1}}'])
    assert found == [{"id": json.loads(id_), "twice": 2}]
    assert status == 0
