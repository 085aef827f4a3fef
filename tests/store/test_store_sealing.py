"""Sealed secrets open with the same key and purpose only, and say nothing of what is in them."""

import pytest

from store.sealing import seal, unseal

KEY = bytes(range(32))


def test_opens_again_and_looks_different_every_time():
    first, second = seal(KEY, b"secret", "person-1"), seal(KEY, b"secret", "person-1")
    assert first != second
    assert "secret" not in first
    assert unseal(KEY, first, "person-1") == unseal(KEY, second, "person-1") == b"secret"
    assert len(seal(KEY, bytes(20), "person-1")) <= 200


def test_another_person_another_key_or_a_changed_text_opens_nothing():
    sealed = seal(KEY, b"secret", "person-1")
    changed = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    for key, text, about in (
        (KEY, sealed, "person-2"),
        (bytes(32), sealed, "person-1"),
        (KEY, changed, "person-1"),
        (KEY, sealed[:10], "person-1"),
        (KEY, "", "person-1"),
        (KEY, "不是密封的", "person-1"),
    ):
        with pytest.raises(ValueError, match="打不开"):
            unseal(key, text, about)
