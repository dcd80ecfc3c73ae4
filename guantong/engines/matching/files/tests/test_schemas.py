"""The published schemas are current, hold what the code writes, and refuse what it refuses."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.matching import allocate_plainly, read_rules, rules_as_mapping
from guantong.engines.matching.files.rules_file import read_rules_file
from guantong.engines.matching.files.schemas import schema_bytes, schemas
from guantong.engines.matching.files.table import Faults
from guantong.engines.matching.files.writing import (
    candidates_csv,
    choices_csv,
    cutoffs_csv,
    fixed_csv,
    places_csv,
    reasons_csv,
    results_csv,
    scores_csv,
    send_backs_csv,
)
from guantong.engines.matching.sealing.certificate import certificate_bytes, certificate_of
from guantong.engines.matching.sealing.manifest import Checked, facts_of_file, manifest_bytes, seal_under
from guantong.engines.matching.sealing.signing import document_bytes, keys_bytes, seal_document, signed
from guantong.engines.matching.sealing.tests.inventing import invented_instance
from guantong.engines.proof.credential import IssuerKey
from guantong.engines.proof.signing import SigningKey
from guantong.kernel.refusal import Refusal

ROOT = Path(__file__).resolve().parents[5]
FOLDER = ROOT / "docs" / "api" / "admission-schemas"
SCHEMAS = schemas()
VALIDATORS = {name: jsonschema.Draft202012Validator(schema) for name, schema in SCHEMAS.items()}
KEY = bytes(range(32))


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode())))


def faults(name, value):
    return [f"{error.json_path}: {error.message}" for error in VALIDATORS[name].iter_errors(value)]


def test_the_published_folder_is_what_the_code_says():
    assert {path.stem: path.read_bytes() for path in FOLDER.glob("*.json")} == {
        name: schema_bytes(schema) for name, schema in SCHEMAS.items()
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_what_the_code_writes_fits(seed):
    instance = invented_instance(seed)
    outcome = allocate_plainly(instance)
    written = {
        "places": places_csv(instance.places),
        "candidates": candidates_csv(instance),
        "choices": choices_csv(instance),
        "scores": scores_csv(instance),
        "sendbacks": send_backs_csv(instance),
        "fixed": fixed_csv(instance),
        "results": results_csv(instance, outcome),
        "reasons": reasons_csv(instance, outcome),
        "cutoffs": cutoffs_csv(instance, outcome),
    }
    for name, data in written.items():
        for row in rows(data or b""):
            assert faults(name, row) == []
    assert faults("rules", json.loads(json.dumps(rules_as_mapping(instance.rules)))) == []
    sealed = seal_under(
        KEY,
        instance,
        outcome,
        inputs={"places.csv": facts_of_file(written["places"], 12)},
        checked=Checked(),
        made_at="2026-07-01T09:00:00+08:00",
    )
    assert faults("manifest", json.loads(manifest_bytes(sealed.manifest))) == []
    for candidate in instance.candidates[:4]:
        card = certificate_of(sealed, candidate, KEY, SigningKey.from_seed(KEY))
        assert faults("certificate", json.loads(certificate_bytes(card))) == []
    key = SigningKey.from_seed(KEY)
    day = date(2026, 7, 1)
    for bundle in (None, "0" * 64):
        document = signed(seal_document(sealed.manifest, bundle=bundle), key, issuer="省教育厅", on=day)
        assert faults("signature", json.loads(document_bytes(document))) == []
    known = [IssuerKey(key.public, "省教育厅", day), IssuerKey(key.public, "省教育厅", day, day)]
    assert faults("keys", json.loads(keys_bytes(known))) == []


@pytest.mark.parametrize("sample", sorted(path for path in (ROOT / "samples" / "admission").iterdir() if path.is_dir()))
def test_the_samples_fit_unless_they_are_meant_to_be_wrong(sample):
    found = []
    for path in sorted(sample.glob("*.csv")):
        found += [
            fault for row in rows(path.read_bytes().removeprefix(b"\xef\xbb\xbf")) for fault in faults(path.stem, row)
        ]
    text = read_rules_file("rules.yaml", (sample / "rules.yaml").read_bytes(), Faults())
    assert text is not None
    found += faults("rules", text.mapping)
    assert bool(found) is (sample.name == "faulty")


WRONG_RULES = [
    {"mechanism": "serial"},
    {"unit": "programme"},
    {"ties": "lottery"},
    {"lottery_seed": "0" * 64},
    {"tie": "admit_all"},
    {"order": [{"kez": "total"}]},
    {"order": None},
    {"lines": [{"id": "a", "key": "total"}]},
    {"conditions": [{"id": "a", "require": {"key": "x", "is": "y"}}]},
    {"conditions": [{"id": "a", "require": {"key": "x"}}]},
    {"conditions": [{"id": "a", "require": {"all": []}}]},
    {"conditions": [{"id": "a", "require": {"all": [{"key": "x", "equals": "y"}], "any": []}}]},
    {"quotas": [{"id": "a", "kind": "floor", "who": {"key": "x", "equals": "y"}}]},
    {"quotas": [{"id": "a", "kind": "floor", "who": {"key": "x", "equals": "y"}, "seats": 1, "share": "0.1"}]},
    {"quotas": [{"id": "a", "kind": "kept", "who": {"key": "x", "equals": "y"}, "seats": 1}]},
    {"round": {"nr": 1}},
    {"weights": [{"places": {"programme": "p"}}]},
    {"missing": "first"},
    {"full_marks": {"total": "many"}},
]


@pytest.mark.parametrize("change", WRONG_RULES, ids=lambda change: json.dumps(change)[:60])
def test_rules_the_schema_refuses_the_reader_refuses_too(change):
    good = {"mechanism": "parallel", "unit": "place", "order": [{"key": "total"}], "ties": "admit_all"}
    assert faults("rules", good) == []
    read_rules(good)
    assert faults("rules", {**good, **change})
    with pytest.raises(Refusal):
        read_rules({**good, **change})


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("places", {"place_id": "=A", "school": "", "group": "", "programme": "", "kind": "", "seats": "1"}),
        ("places", {"place_id": "A", "school": "", "group": "", "programme": "", "kind": "", "seats": "-1"}),
        ("choices", {"candidate_id": "1", "ordinal": "first", "unit_id": "A"}),
        ("choices", {"candidate_id": "1", "ordinal": "1", "unit_id": "A", "comment": "x"}),
        ("scores", {"candidate_id": "1", "place_id": "A", "score": "1.2345"}),
        ("results", {"candidate_id": "1", "place_id": "A", "ordinal": "1", "reason": "lucky"}),
        (
            "reasons",
            {"candidate_id": "1", "ordinal": "1", "unit_id": "A", "code": "not_placed", "key": "", "distance": ""},
        ),
        ("certificate", {}),
        ("manifest", {"format": "guantong-admission-run-1"}),
    ],
)
def test_what_does_not_fit_is_told(name, row):
    assert faults(name, row)


def test_rules_of_the_documentation_fit():
    text = (ROOT / "docs" / "api" / "admission-files.md").read_text("utf-8")
    blocks = [block.split("```")[0] for block in text.split("```yaml\n")[1:]]
    assert blocks
    for block in blocks:
        read = read_rules_file("rules.yaml", block.encode(), Faults())
        assert read is not None
        assert faults("rules", read.mapping) == []
        read_rules(read.mapping)
        assert yaml.safe_load(block)
