"""Codes of the second factor: the RFC's own vectors, the slack of a telephone's clock, and that none is good twice."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.codes import accepted_step, address, code_at, shown, step_at

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 20, 1, 30, 15, tzinfo=UTC)

# RFC 6238, appendix B, SHA-1, the last six of the eight digits.
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_vectors_of_the_rfc(seconds, code):
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert code_at(SECRET, step_at(at)) == code
    assert accepted_step(SECRET, code, at, 0) == step_at(at)


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_half_a_minute_off(off, taken):
    code = code_at(SECRET, step_at(NOW) + off)
    assert (accepted_step(SECRET, code, NOW, 0) is not None) == taken


def test_a_code_is_good_once_and_so_is_every_older_one():
    present = step_at(NOW)
    used = accepted_step(SECRET, code_at(SECRET, present), NOW, 0)
    assert used == present
    for step in (present - 1, present):
        assert accepted_step(SECRET, code_at(SECRET, step), NOW, used) is None
    assert accepted_step(SECRET, code_at(SECRET, present + 1), NOW, used) == present + 1


@pytest.mark.parametrize("sent", ["", "12345", "1234567", "abcdef", "１２３４５６", "0" * 500])
def test_nonsense_is_no_code(sent):
    assert accepted_step(SECRET, sent, NOW, 0) is None


def test_spaces_do_not_matter():
    code = code_at(SECRET, step_at(NOW))
    assert accepted_step(SECRET, f" {code[:3]} {code[3:]} ", NOW, 0) == step_at(NOW)


def test_what_the_authenticator_reads():
    assert shown(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert address(SECRET, "admin", "回应 某局") == (
        "otpauth://totp/%E5%9B%9E%E5%BA%94%20%E6%9F%90%E5%B1%80:admin"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E5%9B%9E%E5%BA%94%20%E6%9F%90%E5%B1%80"
    )


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="naive"):
        step_at(NOW.replace(tzinfo=None))
