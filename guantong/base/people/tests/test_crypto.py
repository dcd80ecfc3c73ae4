"""Numbers at rest: sealed, found again by index, keys rotated."""

from __future__ import annotations

import base64
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.base.people.crypto import Keyring
from guantong.kernel.refusal import Refusal


def a_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


OLD = base64.b64encode(bytes(range(32))).decode()
RING = Keyring(OLD)


@given(st.text(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_again(text, purpose):
    sealed = RING.seal(text, purpose)
    assert RING.open(sealed, purpose) == text
    assert len(sealed) == 1 + 12 + len(text.encode()) + 16


@given(st.text(min_size=1, max_size=40), st.data())
def test_an_altered_byte_is_noticed(text, data):
    sealed = bytearray(RING.seal(text, "p"))
    sealed[data.draw(st.integers(1, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match="altered"):
        RING.open(bytes(sealed), "p")


def test_the_same_text_never_seals_alike_and_another_purpose_does_not_open_it():
    assert RING.seal("110101", "p") != RING.seal("110101", "p")
    with pytest.raises(ValueError, match="altered"):
        RING.open(RING.seal("110101", "p"), "q")


def test_the_index_is_equal_for_equal_numbers_of_one_kind_and_key():
    assert RING.index("resident", "1") == RING.index("resident", "1")
    assert RING.index("resident", "1") != RING.index("passport", "1")
    assert RING.index("resident", "1") != Keyring(a_key()).index("resident", "1")
    assert len(RING.index("resident", "1")) == 32


def test_a_new_key_seals_while_the_old_one_still_opens_and_indexes_stay():
    new = a_key()
    both = Keyring(f"{new},{OLD}")
    sealed = RING.seal("old", "p")
    assert both.open(sealed, "p") == "old"
    assert not both.is_newest(sealed)
    assert both.is_newest(both.seal("new", "p"))
    assert both.index("resident", "1") == RING.index("resident", "1")
    with pytest.raises(Refusal) as refused:
        Keyring(new).open(sealed, "p")
    assert refused.value.code == "PPL-018"


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(b"too short").decode(), f"{OLD},{OLD}", "密钥"])
def test_a_wrong_setting_is_refused(text):
    with pytest.raises(Refusal) as refused:
        Keyring(text)
    assert refused.value.code == "PPL-017"
