"""Signatures: of this key over all of this document, by whom, on a day the key was in use."""

from __future__ import annotations

import copy
import json
from datetime import date

import pytest

from guantong.engines.matching.sealing.signing import (
    check_seal,
    document_bytes,
    judge_signature,
    keys_bytes,
    read_keys,
    seal_document,
    signature_holds,
    signed,
)
from guantong.engines.proof.credential import IssuerKey, Outcome
from guantong.engines.proof.signing import SigningKey

KEY, NEW, OTHER = (SigningKey.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
BUREAU = "云澜省教育厅"
KEYS = {
    KEY.key_id: IssuerKey(KEY.public, BUREAU, date(2026, 1, 1), date(2026, 7, 1)),
    NEW.key_id: IssuerKey(NEW.public, BUREAU, date(2026, 6, 30)),
}
CARD = {
    "format": "guantong-admission-certificate-1",
    "candidate": "甲",
    "row": {"result": ["p1", "ordinary", 1, "admitted"]},
}
MANIFEST = {"digest": "d" * 64, "result": {"root": "a" * 64, "leaves": 3, "digest": "b" * 64}}


def card(key=KEY, on=date(2026, 6, 1), issuer=BUREAU):
    return json.loads(document_bytes(signed({**CARD, "signature": None}, key, issuer=issuer, on=on)))


def outcome(document, keys=KEYS):
    return judge_signature(document, keys).outcome


def test_a_signature_is_of_its_key_and_of_no_other():
    assert signature_holds(card(), KEY.public)
    assert not signature_holds(card(), OTHER.public)
    found = judge_signature(card(), KEYS)
    assert found.outcome is Outcome.PASSED
    assert BUREAU in found.message and KEY.key_id in found.message


@pytest.mark.parametrize("path", [("candidate",), ("row", "result", 0), ("row", "result", 2), ("format",)])
def test_whatever_is_changed_breaks_it(path):
    changed = copy.deepcopy(card())
    place = changed
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = "乙"
    assert outcome(changed) is Outcome.FAILED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "别的单位"),
        ("signed_on", "2026-05-31"),
        ("algorithm", "none"),
        ("public_key", "0" * 64),
        ("value", "zz"),
        ("value", ""),
        ("value", None),
        ("key_id", 7),
        ("key_id", NEW.key_id),
    ],
)
def test_nothing_about_the_signature_itself_can_be_changed(name, value):
    changed = card()
    changed["signature"][name] = value
    assert outcome(changed) is Outcome.FAILED


def test_something_added_or_taken_away_breaks_it():
    assert outcome({**card(), "more": 1}) is Outcome.FAILED
    less = card()
    del less["row"]
    assert outcome(less) is Outcome.FAILED


def test_without_a_signature_nothing_is_known_of_who_issued_it():
    assert outcome({**CARD, "signature": None}) is Outcome.UNKNOWN
    assert outcome(CARD) is Outcome.UNKNOWN
    assert outcome({**CARD, "signature": "x"}) is Outcome.FAILED


def test_a_replaced_key_still_proves_what_it_signed_while_in_use_and_nothing_later():
    assert outcome(card(KEY, date(2026, 6, 30))) is Outcome.PASSED
    assert outcome(card(KEY, date(2026, 7, 1))) is Outcome.FAILED
    assert outcome(card(NEW, date(2026, 7, 1))) is Outcome.PASSED
    assert outcome(card(NEW, date(2026, 6, 29))) is Outcome.FAILED


def test_a_strangers_key_and_a_strangers_name_are_refused():
    assert "不在公布的公钥里" in judge_signature(card(OTHER), KEYS).message
    found = judge_signature(card(KEY, issuer="别的单位"), KEYS)
    assert found.outcome is Outcome.FAILED and "属于“云澜省教育厅”" in found.message


def test_the_seal_of_a_run_is_of_this_manifest():
    seal = signed(seal_document(MANIFEST, title="一轮", bundle="c" * 64), KEY, issuer=BUREAU, on=date(2026, 6, 1))
    assert check_seal(seal, MANIFEST, KEYS).outcome is Outcome.PASSED
    assert "运行的封存由云澜省教育厅签名" in check_seal(seal, MANIFEST, KEYS).message
    for other in (
        {**MANIFEST, "digest": "e" * 64},
        {**MANIFEST, "result": {**MANIFEST["result"], "root": "f" * 64}},
        {"digest": "d" * 64},
    ):
        assert check_seal(seal, other, KEYS).outcome is Outcome.FAILED
    for name in ("root", "bundle", "title", "leaves"):
        forged = {**seal, name: "9" * 64}
        manifest = {**MANIFEST, "result": {**MANIFEST["result"], "root": forged["root"]}}
        assert check_seal(forged, manifest, KEYS).outcome is Outcome.FAILED
    assert check_seal({**card(), "manifest": "d" * 64, "root": "a" * 64}, MANIFEST, KEYS).outcome is Outcome.FAILED


def test_keys_go_out_and_come_back():
    data = keys_bytes(KEYS.values())
    assert read_keys(json.loads(data)) == KEYS
    assert keys_bytes(KEYS.values()) == data


@pytest.mark.parametrize(
    "change",
    [
        {"key_id": OTHER.key_id},
        {"public_key": "00"},
        {"public_key": "x"},
        {"since": "soon"},
        {"until": "soon"},
        {"since": None},
    ],
)
def test_a_false_file_of_keys_is_refused(change):
    value = json.loads(keys_bytes(KEYS.values()))
    value["keys"][0] |= change
    with pytest.raises(ValueError):
        read_keys(value)


@pytest.mark.parametrize("value", [None, [], {}, {"format": "guantong-keys-1"}, {"format": "x", "keys": []}])
def test_what_is_no_file_of_keys_is_refused(value):
    with pytest.raises(ValueError, match="keys"):
        read_keys(value)
