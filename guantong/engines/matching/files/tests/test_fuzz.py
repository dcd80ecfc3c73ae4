"""Whatever bytes come in, the answer is an instance or a refusal with sentences; never anything else."""

import contextlib
import io
import random
import zipfile

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guantong.engines.matching.files.reading import Files, read_files
from guantong.engines.matching.files.tests.test_reading import CANDIDATES, CHOICES, PLACES, RULES
from guantong.engines.matching.sealing.bundle import open_bundle, read_bundle
from guantong.engines.matching.sealing.tests.inventing import invented_instance
from guantong.engines.matching.sealing.tests.test_bundle import bundle_of
from guantong.kernel.refusal import Refusal

GOOD = {
    "places": PLACES.encode(),
    "candidates": CANDIDATES.encode(),
    "choices": CHOICES.encode(),
    "rules": RULES.encode(),
    "scores": b"candidate_id,place_id,score\n001,A1,3\n",
    "send_backs": b"candidate_id,place_id,reason\n001,A1,x\n",
    "fixed": b"candidate_id,place_id\n001,A1\n",
}
WHATS = st.sampled_from(sorted(GOOD))
SIGNS = (
    "",
    ",",
    '"',
    "\n",
    "\r",
    "\r\n",
    "=",
    ";",
    ": ",
    "- ",
    "{",
    "]",
    "&a",
    "*a",
    "\x00",
    "\t",
    "\u2028",
    "\ufeff",
    "<<",
)
WORDS = (
    "-1",
    "1e5",
    "001",
    "A1",
    "999999999999999999999",
    "inf",
    ".5",
    "0x1",
    "total",
    "candidate_id",
    "ordinal",
    "志愿",
)
LINES = ("ties: lottery\n", "!!python/object:os", "lottery_number", "unit: group\n", "missing: last\n", "001,1,A1\n")
PIECES = st.sampled_from([b"\xff", b"\xce\xd2", *(text.encode() for text in (*SIGNS, *WORDS, *LINES))])


def answer(data):
    try:
        return read_files(Files(data))
    except Refusal as refusal:
        assert all(problem.message.endswith("。") or "。" in problem.message for problem in refusal.problems)
        assert all(problem.code.startswith("MTC-") for problem in refusal.problems)
        return None


@settings(max_examples=400, deadline=None)
@given(WHATS, st.binary(max_size=80))
def test_any_bytes(what, data):
    answer({**GOOD, what: data})


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WHATS, st.lists(PIECES, max_size=25))
@example("rules", [b"a: ", b"!!python/object:os"])
def test_any_mixture_of_signs_and_words(what, pieces):
    answer({**GOOD, what: b"".join(pieces)})


@settings(max_examples=600, deadline=None)
@given(WHATS, st.integers(0, 10**6), PIECES)
def test_anything_put_into_a_good_file(what, seed, piece):
    data = GOOD[what]
    at = seed % (len(data) + 1)
    answer({**GOOD, what: data[:at] + piece + data[at:]})


BUNDLE = bundle_of(invented_instance(17, 6))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6))
def test_a_bundle_with_any_bytes_changed(seed):
    draw = random.Random(seed)
    data = bytearray(BUNDLE)
    for _ in range(draw.randint(1, 4)):
        data[draw.randrange(len(data))] = draw.randrange(256)
    with contextlib.suppress(Refusal):
        read_bundle(open_bundle(bytes(data)))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["candidates.csv", "choices.csv", "rules.yaml", "manifest.json"]), st.integers(0, 10**6), PIECES)
def test_a_bundle_with_anything_put_into_a_member(name, seed, piece):
    members = open_bundle(BUNDLE)
    at = seed % (len(members[name]) + 1)
    members[name] = members[name][:at] + piece + members[name][at:]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    with contextlib.suppress(Refusal):
        read_bundle(open_bundle(stream.getvalue()))
