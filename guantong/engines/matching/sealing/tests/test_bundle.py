"""Bundles recompute to the same seal, tell nobody's id, and are opened with care."""

import io
import json
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.matching import allocate_plainly
from guantong.engines.matching.lottery import DrawnCandidates, lottery_numbers
from guantong.engines.matching.sealing.bundle import bundle_bytes, open_bundle, read_bundle, rerun
from guantong.engines.matching.sealing.manifest import Checked, digest_of_manifest, manifest_bytes, seal_under
from guantong.engines.matching.sealing.tests.inventing import SEED, invented_instance
from guantong.kernel.refusal import Refusal

KEY = bytes(range(32))


def bundle_of(instance):
    return bundle_bytes(seal_under(KEY, instance, allocate_plainly(instance), inputs={}, checked=Checked()))


def packed(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_lots():
    return next(
        i for n in range(400) if (i := invented_instance(n, 14)).rules.ties == "lottery" and i.rules.unit == "group"
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_bundle_computed_again_says_the_same(seed):
    found = rerun(open_bundle(bundle_of(invented_instance(seed))))
    assert [one for one in found if not one.is_same] == []
    assert len(found) == 13


def test_the_same_run_gives_the_same_bytes():
    assert bundle_of(invented_instance(21)) == bundle_of(invented_instance(21))


def test_no_id_and_no_column_the_rules_do_not_ask_for_is_in_it():
    instance = invented_instance(8, 15)
    members = open_bundle(bundle_of(instance))
    everything = b"".join(members.values()).decode()
    assert not [name for name in instance.candidates if name in everything]
    header = members["candidates.csv"].decode().splitlines()[0].split(",")
    assert "age" not in header or any(key.key == "age" for key in instance.rules.order)
    assert set(header) <= {"candidate_id", "lottery_number", *instance.columns}


def test_numbers_of_the_persons_travel_beside_their_pseudonyms():
    instance = with_lots()
    members = open_bundle(bundle_of(instance))
    again, manifest = read_bundle(members)
    assert isinstance(again.candidates, DrawnCandidates)
    assert sorted(again.candidates.numbers) == sorted(lottery_numbers(SEED, instance.candidates))
    assert manifest["seed"] == SEED
    assert [*again.candidates] == sorted(again.candidates)


def test_numbers_in_a_bundle_decide_and_a_changed_one_is_found():
    members = open_bundle(bundle_of(with_lots()))
    header, first, *rest = members["candidates.csv"].decode().splitlines()
    changed = first.rsplit(",", 1)[0] + ",7"
    members["candidates.csv"] = "\n".join([header, changed, *rest, ""]).encode()
    differing = [one.title for one in rerun(members) if not one.is_same]
    assert "全部考生的默克尔根" in differing


def test_two_equal_numbers_are_refused():
    instance = with_lots()
    numbers = [1, 1, *range(5, 3 + len(instance.candidates))]
    twins = replace(instance, candidates=DrawnCandidates.of(instance.candidates, numbers))
    with pytest.raises(Refusal, match="MTC-343"):
        bundle_of(twins)


@pytest.mark.parametrize(
    ("name", "old", "new", "title"),
    [
        ("results.csv", b"not_placed", b"admitted", "包里的录取结果表"),
        ("reasons.csv", b"below_cutoff", b"not_eligible", "包里的逐条原因表"),
        ("cutoffs.csv", b"total=", b"total=1", "包里的投档线"),
        ("candidates.csv", b",411.125", b",411.126", "全部考生的默克尔根"),
        ("places.csv", b"S0,", b"S9,", "计划表的摘要"),
    ],
)
def test_any_changed_table_is_named(name, old, new, title):
    instance = next(
        i
        for n in range(600)
        if (i := invented_instance(n, 20)).rules.unit == "place"
        and all(word in open_bundle(bundle_of(i))[name] for word in (old,))
    )
    members = open_bundle(bundle_of(instance))
    members[name] = members[name].replace(old, new, 1)
    assert title in [one.title for one in rerun(members) if not one.is_same]


def test_a_changed_manifest_is_named():
    members = open_bundle(bundle_of(invented_instance(30, 10)))
    manifest = json.loads(members["manifest.json"])
    manifest["result"]["root"] = "0" * 64
    members["manifest.json"] = manifest_bytes(manifest)
    assert "运行说明的摘要" in [one.title for one in rerun(members) if not one.is_same]
    manifest["digest"] = digest_of_manifest(manifest)
    members["manifest.json"] = manifest_bytes(manifest)
    titles = [one.title for one in rerun(members) if not one.is_same]
    assert "全部考生的默克尔根" in titles
    assert "运行说明的摘要" not in titles


class TestHostileBundles:
    members = open_bundle(bundle_of(invented_instance(2, 6)))

    def refused(self, data):
        with pytest.raises(Refusal) as caught:
            rerun(open_bundle(data))
        return [problem.code for problem in caught.value.problems]

    @pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)])
    def test_what_is_no_bundle(self, data):
        assert self.refused(data) in (["MTC-340"], ["MTC-342"])

    def test_a_cut_off_download(self):
        data = packed(self.members)
        assert self.refused(data[: len(data) // 2]) == ["MTC-340"]

    def test_a_damaged_member(self):
        data = bytearray(packed(self.members))
        at = data.index(b"PK\x03\x04") + 60
        for number in range(40):
            data[at + number] ^= 0xFF
        assert self.refused(bytes(data))[0] in ("MTC-340", "MTC-342")

    @pytest.mark.parametrize("name", ["manifest.json", "rules.yaml", "results.csv"])
    def test_a_missing_member(self, name):
        members = {key: value for key, value in self.members.items() if key != name}
        assert self.refused(packed(members)) == ["MTC-342"]

    @pytest.mark.parametrize("name", ["../../etc/passwd", "a.csv", "inputs/candidates.csv", "/tmp/x"])  # noqa: S108
    def test_a_member_nobody_knows(self, name):
        assert self.refused(packed({**self.members, name: b"x"})) == ["MTC-342"]

    def test_a_member_twice(self):
        stream = io.BytesIO(packed(self.members))
        with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(stream, "a") as archive:
            archive.writestr("results.csv", b"x")
        assert self.refused(stream.getvalue()) == ["MTC-342"]

    def test_a_bomb_is_not_unpacked(self):
        bomb = packed({**self.members, "choices.csv": b"0" * 60_000_000})
        assert len(bomb) < 200_000
        assert self.refused(bomb) == ["MTC-341"]

    def test_a_member_that_lies_about_its_length(self):
        data = bytearray(packed({**self.members, "README.txt": b"x" * 1000}))
        name = data.rindex(b"README.txt")
        assert data[name - 46 : name - 42] == b"PK\x01\x02"
        data[name - 22 : name - 18] = (10).to_bytes(4, "little")
        assert self.refused(bytes(data)) == ["MTC-340"]

    @pytest.mark.parametrize("content", [b"{", b"[]", b'{"format": "x"}', b"\xff", b"null"])
    def test_a_manifest_that_is_none(self, content):
        assert self.refused(packed({**self.members, "manifest.json": content})) == ["MTC-340"]

    @pytest.mark.parametrize("content", [{"published": 7}, {"result": []}, {"rules": None}, {"counts": "x"}])
    def test_a_manifest_with_nonsense_in_it_is_only_different(self, content):
        manifest = json.loads(self.members["manifest.json"])
        members = {**self.members, "manifest.json": json.dumps({**manifest, **content}).encode()}
        assert [one for one in rerun(open_bundle(packed(members))) if not one.is_same]

    def test_tables_in_it_are_read_as_strictly_as_any(self):
        bad = self.members["choices.csv"] + b"x,1,P000\n"
        assert self.refused(packed({**self.members, "choices.csv": bad}))

    def test_lots_without_numbers(self):
        members = open_bundle(bundle_of(with_lots()))
        rows = members["candidates.csv"].decode().splitlines()
        members["candidates.csv"] = "\n".join(row.rsplit(",", 1)[0] for row in rows).encode() + b"\n"
        assert self.refused(packed(members)) == ["MTC-340"]
