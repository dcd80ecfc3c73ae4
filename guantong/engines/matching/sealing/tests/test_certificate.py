"""Certificates of invented runs hold; changed ones do not, whatever was changed; the verifier stands alone."""

import ast
import copy
import csv
import json
import subprocess
import sys
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.matching import allocate_plainly, build_instance, read_rules
from guantong.engines.matching.model import ADMITTING, Choice, Code, Place
from guantong.engines.matching.sealing import verify_result
from guantong.engines.matching.sealing.certificate import (
    certificate_bytes,
    certificate_of,
    sided_proof,
)
from guantong.engines.matching.sealing.identity import salt_of
from guantong.engines.matching.sealing.manifest import Checked, digest_of_manifest, manifest_bytes, seal_under
from guantong.engines.matching.sealing.tests.inventing import SEED, invented_instance
from guantong.engines.matching.sealing.tests.publishing import KEY, publish
from guantong.engines.matching.tests.strategies import random_instance
from guantong.kernel.refusal import Refusal

VERIFIER = Path(verify_result.__file__)
FALSE = "核对不通过"
CALM = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError, csv.Error)
"""What the verifier answers with 凭证或公布的文件不完整; anything else would show a person a traceback."""


def sealed_of(instance):
    return seal_under(KEY, instance, allocate_plainly(instance), inputs={}, checked=Checked())


def problems(card, folder):
    """Sentences that do not hold; a certificate that cannot be read counts as one."""
    try:
        return [said for is_right, said in verify_result.check(card, folder) if not is_right]
    except CALM as error:
        return [repr(error)]


def three_people():
    """One seat at A and at B; 甲 500, 乙 490.5 and 丙 490.5 with lots; all want A, then B."""
    rules = read_rules(
        {
            "mechanism": "parallel",
            "unit": "place",
            "order": [{"key": "total", "direction": "descending"}],
            "ties": "lottery",
            "lottery_seed": SEED,
        }
    )
    return build_instance(
        places=[Place("A", "S1", "G1", "p1", "ordinary", 1), Place("B", "S2", "G2", "p1", "ordinary", 1)],
        candidates=["甲", "乙", "丙"],
        columns={"total": ["500", "490.5", "490.5"]},
        choices={name: ["A", "B"] for name in ("甲", "乙", "丙")},
        rules=rules,
    )


@pytest.fixture
def run(tmp_path):
    sealed = sealed_of(three_people())
    return sealed, publish(sealed, tmp_path / "published")


@pytest.mark.parametrize("ties", ["lottery", "admit_all", "reject_all"])
def test_a_choice_before_the_ordinal_of_the_last_is_compared_with_its_own_row(tmp_path, ties):
    """Two seats; at the first ordinal 甲 and 乙 send files and fill them, 丙 is below. 乙 wished a full programme alone
    and is sent back, so the seat goes to 丁 at the second ordinal, with less than 丙.
    The row of the first ordinal is 乙's, who was filed.
    """
    rules = {"mechanism": "sequential", "unit": "group", "order": [{"key": "total"}], "ties": ties}
    instance = build_instance(
        places=[Place("A", "S", "G", "a", "ordinary", 1), Place("B", "S", "G", "b", "ordinary", 1)],
        candidates=["甲", "乙", "丙", "丁"],
        columns={"total": ["500", "490", "480", "300"]},
        choices={
            **{name: [Choice("G", programmes=("a",))] for name in ("甲", "乙", "丙")},
            "丁": [Choice("G", 2, ("b",))],
        },
        rules=read_rules(rules | ({"lottery_seed": SEED} if ties == "lottery" else {})),
    )
    sealed = sealed_of(instance)
    folder = publish(sealed, tmp_path / "published")
    cards = {name: json.loads(certificate_bytes(certificate_of(sealed, name, KEY))) for name in instance.candidates}
    assert cards["丙"]["row"]["choices"] == [[1, "G", "below_cutoff", "total", "10"]]
    assert cards["丙"]["against"] == {"1": [["", "ordinary"]]}
    assert cards["丁"]["row"]["result"][0] == "B"
    assert [problems(card, folder) for card in cards.values()] == [[], [], [], []]


@pytest.mark.parametrize("invent", [invented_instance, random_instance])
@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_certificate_of_every_kind_of_run_holds(tmp_path_factory, invent, seed):
    instance = invent(seed)
    sealed = sealed_of(instance)
    folder = publish(sealed, tmp_path_factory.getbasetemp() / "any")
    for candidate in instance.candidates:
        card = json.loads(certificate_bytes(certificate_of(sealed, candidate, KEY)))
        assert problems(card, folder) == []


def test_choices_before_the_placed_one_and_the_placed_one_are_compared(run):
    sealed, folder = run
    placed = next(c for c in range(3) if sealed.outcome.ordinal[c] == 2)
    lost = next(c for c in range(3) if sealed.outcome.place[c] < 0)
    card = certificate_of(sealed, sealed.instance.candidates[placed], KEY)
    assert card["against"] == {"1": [["A", "ordinary"]], "2": [["B", "ordinary"]]}
    assert [said for _, said in verify_result.check(card, folder)][4:] == [
        "第 1 志愿 A：低于最后一名 total 9.5",
        "第 2 志愿 B：已经录取",
    ]
    other = certificate_of(sealed, sealed.instance.candidates[lost], KEY)
    assert [row[2] for row in other["row"]["choices"]] == ["below_cutoff", "lost_tie"]
    assert problems(other, folder) == []


CHANGES = {
    "result": lambda card: card["row"].update(result=["A", "ordinary", 1, "admitted"]),
    "key": lambda card: card["row"]["facts"].update(total="999"),
    "lottery": lambda card: card["row"].update(lottery="1"),
    "reason": lambda card: card["row"]["choices"][0].__setitem__(2, "not_eligible"),
    "distance": lambda card: card["row"]["choices"][0].__setitem__(4, "1"),
    "choice": lambda card: card["row"]["choices"].pop(),
    "person": lambda card: card.update(candidate="丁"),
    "salt": lambda card: card.update(salt="00" * 32),
    "manifest": lambda card: card.update(manifest="0" * 64),
    "proof": lambda card: card["proof"].__setitem__(0, card["proof"][0][0] + "0" * 64),
    "side": lambda card: card["proof"].__setitem__(
        0, ("L" if card["proof"][0][0] == "R" else "R") + card["proof"][0][1:]
    ),
    "shorter proof": lambda card: card["proof"].pop(),
    "longer proof": lambda card: card["proof"].append("L" + "0" * 64),
    "nothing to compare": lambda card: card.update(against={}),
    "compared with other seats": lambda card: card["against"].update({"1": [["B", "ordinary"]]}),
    "compared with nothing known": lambda card: card["against"].update({"1": [["Z", "ordinary"]]}),
    "no row": lambda card: card.pop("row"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_certificate_does_not_hold(run, name):
    sealed, folder = run
    candidate = sealed.instance.candidates[next(c for c in range(3) if sealed.outcome.ordinal[c] == 2)]
    card = copy.deepcopy(certificate_of(sealed, candidate, KEY))
    assert problems(card, folder) == []
    CHANGES[name](card)
    assert problems(card, folder)


def manifest_with(folder, change):
    """A forger's folder: the manifest changed and given a fitting digest again."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    change(manifest)
    manifest["digest"] = digest_of_manifest(manifest)
    (folder / "manifest.json").write_bytes(manifest_bytes(manifest))
    return manifest["digest"]


PUBLISHED_CHANGES = {
    "root": lambda manifest: manifest["result"].update(root="0" * 64),
    "seed": lambda manifest: manifest.update(seed="f" * 64),
    "commitment": lambda manifest: manifest.update(commitment="f" * 64),
    "cut-offs": lambda manifest: manifest["published"].update({"cutoffs.csv": "0" * 64}),
    "order": lambda manifest: manifest["columns"]["total"].update(better="smaller"),
}


@pytest.mark.parametrize("name", PUBLISHED_CHANGES)
def test_a_changed_manifest_does_not_hold_even_with_a_fitting_digest(run, name):
    sealed, folder = run
    card = certificate_of(sealed, sealed.instance.candidates[[*sealed.outcome.ordinal].index(2)], KEY)
    digest = manifest_with(folder, PUBLISHED_CHANGES[name])
    assert problems(card, folder)
    assert problems({**card, "manifest": digest}, folder)


def test_changed_cut_offs_do_not_hold_even_with_a_fitting_digest(run):
    import hashlib

    sealed, folder = run
    card = certificate_of(sealed, "甲", KEY)
    raised = sealed.cutoffs.replace(b"total=500", b"total=501")
    assert raised != sealed.cutoffs
    (folder / "cutoffs.csv").write_bytes(raised)
    assert problems(card, folder)
    digest = manifest_with(folder, lambda m: m["published"].update({"cutoffs.csv": hashlib.sha256(raised).hexdigest()}))
    assert any("第 1 志愿" in said for said in problems({**card, "manifest": digest}, folder))


def test_lowered_cut_offs_show_that_somebody_was_passed_over(run):
    import hashlib

    sealed, folder = run
    lost = next(c for c in range(3) if sealed.outcome.place[c] < 0)
    card = certificate_of(sealed, sealed.instance.candidates[lost], KEY)
    lowered = sealed.cutoffs.replace(b"total=500", b"total=480")
    (folder / "cutoffs.csv").write_bytes(lowered)
    digest = manifest_with(
        folder, lambda m: m["published"].update({"cutoffs.csv": hashlib.sha256(lowered).hexdigest()})
    )
    assert any("第 1 志愿" in said for said in problems({**card, "manifest": digest}, folder))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_a_certificate_with_any_part_of_its_line_replaced_does_not_hold(tmp_path_factory, seed, data):
    instance = invented_instance(seed, 6)
    sealed = sealed_of(instance)
    folder = publish(sealed, tmp_path_factory.getbasetemp() / "part")
    card = json.loads(certificate_bytes(certificate_of(sealed, instance.candidates[0], KEY)))
    part = data.draw(st.sampled_from(sorted(card["row"])))
    value = data.draw(st.sampled_from([None, [], {}, "x", 7, -1.5, [[1]], {"a": "b"}]))
    if card["row"][part] == value:
        return
    card["row"][part] = value
    assert problems(card, folder)


def parts_of(value, path=()):
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from parts_of(item, (*path, key))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 400), st.data())
def test_anything_in_place_of_anything_is_answered_calmly(tmp_path_factory, seed, data):
    instance = invented_instance(seed, 5)
    sealed = sealed_of(instance)
    folder = publish(sealed, tmp_path_factory.getbasetemp() / "calm")
    card = json.loads(certificate_bytes(certificate_of(sealed, instance.candidates[0], KEY)))
    path = data.draw(st.sampled_from([path for path in parts_of(card) if path]))
    value = data.draw(st.sampled_from([None, [], {}, "", "x", "00", 0, -1, 7, 1.5, True, [[]], {"a": 1}, "9" * 5000]))
    inside = card
    for key in path[:-1]:
        inside = inside[key]
    before, inside[path[-1]] = inside[path[-1]], value
    found = problems(card, folder)
    if path[0] == "row" and json.dumps(value) != json.dumps(before):
        assert found


def test_one_person_cannot_show_the_line_of_another(run):
    sealed, folder = run
    card = certificate_of(sealed, "甲", KEY)
    card["candidate"], card["salt"] = "乙", salt_of(KEY, "乙").hex()
    assert "凭证属于本人，内容与公布的结果一致" in problems(card, folder)


def test_nobody_outside_the_run_has_a_certificate(run):
    with pytest.raises(Refusal, match="MTC-352"):
        certificate_of(run[0], "戊", KEY)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_sides_lead_from_every_leaf_to_the_root(size):
    import hashlib

    instance = invented_instance(4, size)
    sealed = sealed_of(instance)
    for number, c in enumerate(sealed.order):
        found = hashlib.sha256(b"\x00" + sealed.lines.line(c)).digest()
        for part in sided_proof(sealed, number):
            other = bytes.fromhex(part[1:])
            found = hashlib.sha256(b"\x01" + (other + found if part[0] == "L" else found + other)).digest()
        assert found.hex() == sealed.manifest["result"]["root"]


def test_admitted_people_meet_their_own_cut_off_exactly_when_they_are_last():
    sealed = sealed_of(three_people())
    rows = {row.place: row for row in sealed.outcome.cutoffs}
    for c, place in enumerate(sealed.outcome.place):
        if place >= 0:
            assert sealed.outcome.codes[list(sealed.instance.choices_of(c))[sealed.outcome.ordinal[c] - 1]] in ADMITTING
            assert rows[sealed.instance.places[place].id].admitted == 1


class TestCheatingAuthority:
    """The authority itself seals something false: what the published cut-offs give away, the verifier finds."""

    def certificate(self, tmp_path, change, candidate="甲"):
        instance = three_people()
        outcome = allocate_plainly(instance)
        arrays = {name: getattr(outcome, name)[:] for name in ("place", "slice", "ordinal", "reason", "codes", "keys")}
        change(instance.candidate_index[candidate], arrays)
        sealed = seal_under(KEY, instance, replace(outcome, **arrays), inputs={}, checked=Checked())
        return certificate_of(sealed, candidate, KEY), publish(sealed, tmp_path / "false")

    def test_who_is_above_the_cut_off_cannot_be_left_out(self, tmp_path):
        def leave_out(c, arrays):
            arrays["place"][c], arrays["slice"][c], arrays["ordinal"][c] = -1, -1, 0
            arrays["reason"][c] = Code.NOT_PLACED
            arrays["codes"][2 * c : 2 * c + 2] = array("B", [Code.BELOW_CUTOFF, Code.BELOW_CUTOFF])
            arrays["keys"][2 * c : 2 * c + 2] = array("h", [4, 4])

        card, folder = self.certificate(tmp_path, leave_out)
        assert card["row"]["result"][0] is None
        assert any("第 1 志愿 A" in said for said in problems(card, folder))

    def test_who_is_below_the_cut_off_cannot_be_let_in(self, tmp_path):
        def let_in(c, arrays):
            arrays["place"][c], arrays["slice"][c], arrays["ordinal"][c] = 0, 0, 1
            arrays["reason"][c] = Code.ADMITTED
            arrays["codes"][2 * c : 2 * c + 2] = array("B", [Code.ADMITTED, Code.PLACED_HIGHER])

        card, folder = self.certificate(tmp_path, let_in, "乙")
        assert any("第 1 志愿 A" in said for said in problems(card, folder))

    def test_a_place_without_an_admitting_choice_does_not_hold(self, tmp_path):
        def contradict(c, arrays):
            arrays["codes"][2 * c] = Code.NOT_ELIGIBLE

        card, folder = self.certificate(tmp_path, contradict)
        assert any("第 1 志愿 A" in said for said in problems(card, folder))

    def test_a_place_passed_over_in_silence_does_not_hold(self, tmp_path):
        def pass_over(c, arrays):
            arrays["codes"][2 * c : 2 * c + 2] = array("B", [Code.PLACED_HIGHER, Code.ADMITTED])
            arrays["ordinal"][c], arrays["place"][c] = 2, 1

        card, folder = self.certificate(tmp_path, pass_over)
        assert problems(card, folder)

    def test_another_number_than_the_one_drawn_does_not_hold(self, tmp_path):
        instance = three_people()
        numbers = [1, 2, 3]
        sealed = seal_under(KEY, instance, allocate_plainly(instance), inputs={}, checked=Checked(), lottery=numbers)
        card, folder = certificate_of(sealed, "甲", KEY), publish(sealed, tmp_path / "numbers")
        assert problems(card, folder) == ["摇号数与种子相符"]


class TestVerifierFile:
    def test_it_has_at_most_sixty_lines_of_standard_library_python(self):
        text = VERIFIER.read_text("utf-8")
        assert len(text.splitlines()) <= 60
        names = [
            alias.name if isinstance(node, ast.Import) else node.module
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        ]
        assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)

    def start(self, *arguments):
        return subprocess.run(
            [sys.executable, "-I", "-S", str(VERIFIER), *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
        )

    def test_it_runs_alone_and_says_in_chinese_what_holds(self, run, tmp_path):
        sealed, folder = run
        card = tmp_path / "card.json"
        card.write_bytes(certificate_bytes(certificate_of(sealed, "甲", KEY)))
        done = self.start(card, folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1].startswith("核对通过。签名没有核对")
        assert "第 1 志愿 A：已经录取。" in done.stdout

    def test_it_says_what_does_not_hold_and_ends_with_1(self, run, tmp_path):
        sealed, folder = run
        changed = certificate_of(sealed, "甲", KEY)
        changed["row"]["facts"]["total"] = "1"
        card = tmp_path / "card.json"
        card.write_bytes(certificate_bytes(changed))
        done = self.start(card, folder)
        assert done.returncode == 1
        assert FALSE in done.stderr
        assert "凭证属于本人" in done.stderr

    @pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"row": 1}', b"null"])
    def test_it_keeps_calm_about_nonsense(self, run, tmp_path, content):
        card = tmp_path / "card.json"
        card.write_bytes(content)
        done = self.start(card, run[1])
        assert done.returncode == 1
        assert done.stderr == "核对不通过：凭证或公布的文件不完整。\n"
        assert self.start(card, tmp_path / "nowhere").stderr == done.stderr
        assert self.start().stderr == done.stderr
