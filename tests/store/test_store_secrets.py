"""One secret file: made once, 0600, whole; every key derived from it differs."""

import os
from itertools import pairwise

import pytest
from writers import at_once

from store import secrets
from store.settings import SettingError


def test_the_file_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "secret"
    old = os.umask(0)
    try:
        first = secrets.master(path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert secrets.master(path) == first
    assert len(first) == secrets.LENGTH
    assert [one.name for one in tmp_path.iterdir()] == ["secret"]


def test_two_folders_have_different_secrets(tmp_path):
    assert secrets.master(tmp_path / "a") != secrets.master(tmp_path / "b")


def test_keys_differ_by_purpose_and_stay_the_same(tmp_path):
    path = tmp_path / "secret"
    keys = [secrets.key(path, purpose) for purpose in ("ack-link", "session", "csrf", "ack-link ")]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 32 and key != secrets.master(path) for key in keys)
    assert secrets.key(path, "ack-link") == keys[0]


def test_processes_that_start_together_share_one_secret(tmp_path):
    for n in range(20):
        path = tmp_path / str(n)
        found = at_once(*[lambda path=path: secrets.master(path)] * 4)
        assert all(one == other for one, other in pairwise(found)), found


@pytest.mark.parametrize("content", ["", "ab" * 31, "not hexadecimal", "zz" * 32])
def test_a_damaged_file_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "secret"
    path.write_text(content)
    with pytest.raises(SettingError, match=r"HUIYING_SECRET_FILE.*备份"):
        secrets.master(path)
    assert path.read_text() == content


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(b"\xff\xfe" * 40)
    with pytest.raises(SettingError, match="HUIYING_SECRET_FILE"):
        secrets.master(path)


@pytest.mark.parametrize("place", ["missing/secret", "."])
def test_a_place_that_cannot_hold_it_is_named(tmp_path, place):
    with pytest.raises(SettingError, match="HUIYING_SECRET_FILE"):
        secrets.master(tmp_path / place)
