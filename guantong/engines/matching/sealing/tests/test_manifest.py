"""The manifest binds everything: any changed byte of input or result changes it; the order of rows does not."""

import hashlib
import random
from array import array
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.matching import allocate_plainly, build_instance
from guantong.engines.matching.files.table import show_thousandths
from guantong.engines.matching.files.writing import choice_of, show_cell
from guantong.engines.matching.model import Code
from guantong.engines.matching.sealing import arrays
from guantong.engines.matching.sealing.arrays import _Packing, block_leaves, digest_of_run, root_of_blocks
from guantong.engines.matching.sealing.identity import pseudonym_of, pseudonyms, read_key, salt_of
from guantong.engines.matching.sealing.leaves import canonical
from guantong.engines.matching.sealing.manifest import (
    WORDS,
    Checked,
    check_commitment,
    commitment_of,
    digest_of_manifest,
    facts_of_file,
    manifest_bytes,
    seal_under,
)
from guantong.engines.matching.sealing.tests.inventing import SEED, invented_instance
from guantong.engines.proof.merkle import root_of
from guantong.kernel.reading import read_json
from guantong.kernel.refusal import Refusal

KEY = bytes(range(32))


def sealed(instance, outcome=None, **facts):
    given_facts = {"inputs": {}, "checked": Checked(), **facts}
    return seal_under(KEY, instance, outcome or allocate_plainly(instance), **given_facts)


def shuffled(instance, seed):
    """The same people in another order."""
    order = list(range(len(instance.candidates)))
    random.Random(seed).shuffle(order)
    names = instance.candidates
    scores = []
    if instance.score_offsets:
        for c in order:
            for at in range(instance.score_offsets[c], instance.score_offsets[c + 1]):
                place = instance.places[instance.score_places[at]].id
                scores.append((names[c], place, show_thousandths(instance.score_values[at])))
    return build_instance(
        places=instance.places,
        candidates=[names[c] for c in order],
        columns={name: [show_cell(column, c) for c in order] for name, column in instance.columns.items()},
        choices={names[c]: [choice_of(instance, c, n) for n in instance.choices_of(c)] for c in order},
        scores=scores,
        send_backs=[
            (names[c], instance.places[p].id, instance.reasons[why])
            for c, p, why in zip(
                instance.send_back_candidates, instance.send_back_places, instance.send_back_reasons, strict=True
            )
        ],
        fixed=[
            (names[c], instance.places[p].id)
            for c, p in zip(instance.fixed_candidates, instance.fixed_places, strict=True)
        ],
        rules=instance.rules,
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_two_seals_of_one_run_are_the_same_bytes_and_the_order_of_rows_does_not_count(seed):
    instance = invented_instance(seed, 15)
    first = sealed(instance)
    assert manifest_bytes(first.manifest) == manifest_bytes(sealed(instance).manifest)
    again = sealed(shuffled(instance, seed))
    assert without_arrays(again) == without_arrays(first)


def without_arrays(run):
    """All but the seal over the raw arrays, which speaks of the rows as they were read (as digests of inputs do)."""
    return {name: value for name, value in run.manifest.items() if name not in ("arrays", "digest")}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_any_change_of_the_result_changes_root_or_digest(seed, data):
    instance = invented_instance(seed, 12)
    outcome = allocate_plainly(instance)
    before = sealed(instance, outcome)
    name = data.draw(
        st.sampled_from(["place", "ordinal", "reason"] + (["codes", "distances"] if outcome.codes else []))
    )
    values = array(getattr(outcome, name).typecode, getattr(outcome, name))
    at = data.draw(st.integers(0, len(values) - 1))
    changed = {
        "place": lambda v: -1 if v >= 0 else 0,
        "ordinal": lambda v: v + 1,
        "reason": lambda v: v % 18 + 1,
        "codes": lambda v: v % 18 + 1,
        "distances": lambda v: v + 7 if v >= 0 else 5,
    }[name](values[at])
    values[at] = changed
    after = sealed(instance, replace(outcome, **{name: values}))
    assert after.manifest["result"]["root"] != before.manifest["result"]["root"]
    assert after.digest != before.digest


@settings(max_examples=50, deadline=None)
@given(st.binary(min_size=1, max_size=200), st.data())
def test_any_changed_byte_of_an_input_changes_the_manifest(content, data):
    instance = invented_instance(3, 4)
    at = data.draw(st.integers(0, len(content) - 1))
    other = content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :]
    before = sealed(instance, inputs={"choices.csv": facts_of_file(content)})
    after = sealed(instance, inputs={"choices.csv": facts_of_file(other)})
    assert before.digest != after.digest


INPUT = ("choice_units", "ordinals", "wish_places", "accepts", "score_values", "send_back_reasons", "fixed_places")
OUTPUT = ("place", "slice", "ordinal", "reason", "codes")
"""Keys and distances follow from these; the lines of the candidates hold them."""


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_any_changed_byte_of_the_arrays_changes_the_digest_of_the_run(seed, data):
    instance = invented_instance(seed, 10)
    outcome = allocate_plainly(instance)
    before = digest_of_run(instance, outcome)
    assert digest_of_run(instance, outcome) == before
    names = [name for name in INPUT if getattr(instance, name)] + [name for name in OUTPUT if getattr(outcome, name)]
    name = data.draw(st.sampled_from(names))
    whole = instance if name in INPUT else outcome
    values = getattr(whole, name)
    raw = bytearray(values.tobytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    changed = array(values.typecode)
    changed.frombytes(bytes(raw))
    other = replace(whole, **{name: changed})
    pair = (other, outcome) if name in INPUT else (instance, other)
    assert digest_of_run(*pair) != before


def test_a_choice_that_moves_to_the_neighbour_changes_the_root():
    instance = next(i for n in range(99) if len((i := invented_instance(n, 9)).choice_units) > 5)
    outcome = allocate_plainly(instance)
    offsets = instance.choice_offsets[:]
    at = next(c for c in range(1, 9) if offsets[c] < offsets[c + 1])
    offsets[at] += 1
    moved = replace(instance, choice_offsets=offsets)
    assert root_of_blocks(moved, outcome) != root_of_blocks(instance, outcome)


def test_a_block_of_candidates_is_a_leaf(monkeypatch):
    monkeypatch.setattr(arrays, "BLOCK", 1024)
    instance = invented_instance(6, 2500)
    outcome = allocate_plainly(instance)
    leaves = list(block_leaves(instance, outcome))
    assert len(leaves) == 3
    reasons = outcome.reason[:]
    reasons[1024] = reasons[1024] % 18 + 1
    other = list(block_leaves(instance, replace(outcome, reason=reasons)))
    assert [a == b for a, b in zip(leaves, other, strict=True)] == [True, False, True]


def test_the_digest_of_a_run_covers_ids_and_rules():
    instance = invented_instance(11, 8)
    outcome = allocate_plainly(instance)
    renamed = replace(instance, candidates=("x", *instance.candidates[1:]))
    looser = replace(instance, rules=replace(instance.rules, full_marks=(("total", 900_000),)))
    digests = {digest_of_run(one, outcome) for one in (instance, renamed, looser)}
    assert len(digests) == 3


def test_the_manifest_carries_the_digest_of_the_run():
    instance = invented_instance(11, 8)
    outcome = allocate_plainly(instance)
    run = sealed(instance, outcome)
    assert run.manifest["arrays"] == digest_of_run(instance, outcome)
    place = array("i", outcome.place)
    place[0] = -1 if place[0] >= 0 else 0
    assert sealed(instance, replace(outcome, place=place)).manifest["arrays"] != run.manifest["arrays"]


def stretches(kind: str):
    """Arrays of one type: of any values, of near ones, and of whole points."""
    bits = 8 * array(kind).itemsize
    low, high = (0, 2**bits - 1) if kind.isupper() else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    near = st.integers(low, high).flatmap(lambda at: st.integers(at, min(high, at + 70_000)))
    points = st.integers(-(-low // 1000), min(high // 1000, 100_000)).map(lambda point: 1000 * point)
    return st.one_of(st.lists(one, max_size=6) for one in (st.integers(low, high), near, points)).map(
        lambda values: array(kind, values)
    )


@given(st.sampled_from("bBhiqQ").flatmap(stretches))
def test_packed_values_say_what_stood_there(values):
    """Smallest, step, type and bytes give the values back."""
    low, step, packed = _Packing().packed(np.asarray(values))
    assert packed.dtype.str[0] in "<|"
    assert packed.dtype.itemsize <= values.itemsize
    assert [int(one) * step + low for one in packed.astype(object)] == list(values)


def test_whole_points_are_packed_in_two_bytes():
    packing = _Packing()
    assert packing.packed(np.array([123_000, 750_000, 0]))[1:][0] == 1000
    assert packing.packed(np.array([123_000, 750_000, 0]))[2].dtype.itemsize == 2
    assert packing.packed(np.array([123_000, 750_001, 0]))[1] == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_lines_are_canonical_and_make_the_root(seed):
    run = sealed(invented_instance(seed))
    lines = [run.lines.line(c) for c in run.order]
    assert [canonical(read_json(line)) for line in lines] == lines
    assert root_of(lines).hex() == run.manifest["result"]["root"]
    assert [read_json(line)["candidate"] for line in lines] == sorted(run.lines.pseudonyms)


def test_the_seed_is_told_later_without_changing_the_digest():
    instance = next(i for n in range(99) if (i := invented_instance(n, 5)).rules.ties == "lottery")
    kept, told = sealed(instance, is_revealed=False), sealed(instance)
    assert kept.manifest["seed"] is None
    assert told.manifest["seed"] == SEED
    assert kept.digest == told.digest
    assert SEED not in manifest_bytes(kept.manifest).decode()
    assert told.manifest["commitment"] == hashlib.sha256(SEED.encode()).hexdigest()


def test_without_lots_there_is_no_commitment():
    instance = next(i for n in range(99) if (i := invented_instance(n, 5)).rules.ties == "admit_all")
    assert sealed(instance).manifest["commitment"] is None


def test_another_seed_than_the_committed_one_is_refused():
    check_commitment(SEED, commitment_of(SEED).upper())
    for seed in ("f" * 64, None):
        with pytest.raises(Refusal, match="MTC-362"):
            check_commitment(seed, commitment_of(SEED))


def test_the_manifest_tells_clauses_moment_and_words():
    clauses = [{"id": "ties", "document": "x", "clause": "第三条"}]
    run = sealed(invented_instance(5, 3), pack=clauses, made_at="2026-07-01T09:00:00+08:00")
    assert run.manifest["pack"] == clauses
    assert run.manifest["made_at"].startswith("2026")
    assert digest_of_manifest(run.manifest) == run.digest
    assert {code.label for code in WORDS} <= set(run.manifest["words"])


def test_titles_are_told_and_no_title_takes_the_word_of_a_code():
    words = sealed(invented_instance(5, 3), titles={"total": "总分", "admitted": "x"}).manifest["words"]
    assert words["total"] == "总分"
    assert words["admitted"] == WORDS[Code.ADMITTED]


def test_pseudonyms_hide_ids_and_only_salt_and_id_show_whose_they_are():
    names = pseudonyms(KEY, ["001", "002"])
    assert names == [pseudonym_of(salt_of(KEY, name), name) for name in ("001", "002")]
    assert len(set(names)) == 2
    assert pseudonyms(bytes(32), ["001"]) != names[:1]
    assert pseudonym_of(salt_of(KEY, "001"), "002") != names[1]


@pytest.mark.parametrize("text", ["", "xyz", "0" * 63, "g" * 64])
def test_keys_are_64_hexadecimal_digits(text):
    with pytest.raises(Refusal, match="MTC-360"):
        read_key(text)
    assert read_key("AB" * 32 + "\n") == bytes.fromhex("ab" * 32)
