"""Definitions: the sample and the documentation's example are right; each fault is named by one small broken file."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.definition import Definition, parse_definition, read_definition, read_definitions

from .sample import SAMPLE, changed

ROOT = Path(__file__).resolve().parents[4]
PARAMETERS = {"credit.application.bank_working_days": "working_days", "credit.cap": "credits"}
DOCUMENTS = {"demo-credit-bank-2024"}


def read(text: str) -> Definition:
    return read_definition(text, file="sample.yaml", parameters=PARAMETERS, documents=DOCUMENTS)


def test_it_reads_every_part_of_the_sample() -> None:
    definition = read(SAMPLE)
    assert definition.start == "declare"
    assert list(definition.steps) == ["declare", "department", "correct", "bank", "reconsider"]
    assert definition.steps["reconsider"].stage == "appeal"
    assert definition.steps["bank"].deadline is not None
    assert definition.steps["bank"].deadline.parameter == "credit.application.bank_working_days"
    assert definition.in_force_from == date(2024, 9, 1)
    assert definition.basis.source == "local"
    assert definition.requirement("letter") is not None and not definition.requirement("letter").is_required
    assert [a.kind for a in definition.steps["department"].actions] == ["approve", "return", "refuse"]
    assert definition.appeal.start == "reconsider"


def test_the_example_of_the_documentation_is_right() -> None:
    text = (ROOT / "docs/dev/procedures.md").read_text()
    block = re.search(r"```yaml\n(procedures:.*?)```", text, re.S)
    assert block is not None
    (definition,) = read_definitions(block.group(1), file="procedures.md")
    assert definition.id == "credit-conversion"


def test_the_version_is_the_digest_of_the_whole_entry() -> None:
    assert read(SAMPLE).digest == read(SAMPLE + "# a remark changes nothing\n").digest
    assert read(SAMPLE).digest != read(changed(("title: 样例申请", "title: 样例申请。"))).digest


def test_a_stored_document_parses_to_the_same_definition() -> None:
    definition = read(SAMPLE)
    assert parse_definition(definition.document, file="stored") == definition


@pytest.mark.parametrize(
    ("code", "place", "changes"),
    [
        ("PRC-002", "steps.1.titel", [("title: 院系初审", "titel: 院系初审\n    title: 院系初审")]),
        ("PRC-002", "on_timeout.escalates", [("{escalate: academic_officer}", "{escalates: academic_officer}")]),
        ("PRC-003", "version", [('version: "1"\n', "")]),
        ("PRC-003", "outcomes.0.notice", [(", notice: 您的申请已经批准。", "")]),
        ("PRC-003", "steps.1.actions.0.kind", [("{id: approve, title: 同意,", "{id: pass_on, title: 同意,")]),
        ("PRC-004", "systems", [("systems: [L3]", "systems: L3")]),
        ("PRC-004", "in_force_from", [("2024-09-01", "2024年")]),
        ("PRC-004", "steps.1.deadline.working_days", [("{working_days: 5,", "{working_days: 五,")]),
        ("PRC-004", "steps.1.remind_before", [("remind_before: 2", "remind_before: -1")]),
        ("PRC-004", "materials.0.kinds", [("kinds: [pdf, png]", "kinds: [exe]")]),
        ("PRC-004", "steps.3.actions.0.fields.1.least", [('least: "0.5"', 'least: "25"')]),
        ("PRC-004", "materials.0.required", [("kinds: [pdf, png]", "required: maybe, kinds: [pdf]")]),
        ("PRC-005", "steps.1.actions.1.id", [("{id: return, title: 退回更正", "{id: approve, title: 退回更正")]),
        ("PRC-005", "steps.2.id", [("- id: correct", "- id: department")]),
        ("PRC-005", "outcomes.id", [("{id: granted, title", "{id: bank, title"), ("to: granted", "to: bank")]),
        ("PRC-006", "steps.0.actions.0.to", [("to: department", "to: departement")]),
        ("PRC-006", "start", [("steps:\n", "start: nowhere\nsteps:\n")]),
        ("PRC-006", "withdrawal.to", [("to: withdrawn}", "to: granted}")]),
        ("PRC-006", "withdrawal.at", [("at: [declare,", "at: [declared,")]),
        ("PRC-007", "steps.3", [("title: 同意, to: bank", "title: 同意, to: granted")]),
        ("PRC-008", "steps.2", [("on_timeout: {lapse: lapsed}", "on_timeout: remind"), ("to: back", "to: correct")]),
        ("PRC-009", "steps.1.role", [("    role: department_reviewer\n", "")]),
        ("PRC-009", "steps.1.role", [("role: department_reviewer", "role: dean")]),
        ("PRC-009", "who_may_declare.roles", [("{roles: [learner]", "{roles: [pupil]")]),
        ("PRC-010", "steps.3.deadline.parameter", [("credit.application.bank_working_days", "credit.no_such")]),
        ("PRC-010", "steps.1.deadline", [("{working_days: 5, ", "{")]),
        ("PRC-010", "steps.1.deadline", [("{working_days: 5, ", "{working_days: 5, days: 5, ")]),
        ("PRC-010", "steps.1.extension", [("extension: {working_days: 3, ", "extension: {")]),
        ("PRC-011", "appeal.within", [("  within: {working_days: 15", "  withn: {working_days: 15")]),
        ("PRC-012", "references", [("source: local\nnote: 只为测试而写。\n", "")]),
        ("PRC-012", "note", [("note: 只为测试而写。\n", "")]),
        ("PRC-012", "steps.2.deadline.references", [(", source: local, note: 逾期视为放弃。", "")]),
        ("PRC-012", "materials.0.references", [("max_megabytes: 2, source: local, note: 测试。", "max_megabytes: 2")]),
        ("PRC-013", "reasons.0.references.0.document", [("demo-credit-bank-2024", "demo-credit-bank-2023")]),
        (
            "PRC-014",
            "steps.1.actions.0.id",
            [("{id: approve, title: 同意,", "{id: withdraw, kind: approve, title: 同意,")],
        ),
        ("PRC-014", "steps.2.id", [("- id: correct", "- id: 更正")]),
        ("PRC-014", "id", [("id: sample-request", "id: Sample Request")]),
        ("PRC-015", "steps.1.actions.0.needs", [("to: bank, needs: [opinion]", "to: bank, needs: [opinions]")]),
        ("PRC-016", "steps.1.actions.2.needs", [(", to: refused, needs: [reasons]", ", to: refused")]),
        ("PRC-017", "steps.3.on_timeout", [("    on_timeout: remind\n", "")]),
        ("PRC-017", "steps.2.on_timeout", [("on_timeout: {lapse: lapsed}", "on_timeout: lapse")]),
        ("PRC-017", "steps.0.on_timeout", [("title: 填写申请\n", "title: 填写申请\n    on_timeout: remind\n")]),
        ("PRC-017", "steps.2.on_timeout.lapse", [("{lapse: lapsed}", "{lapse: back}")]),
        ("PRC-018", "outcomes.3", [("on_timeout: {lapse: lapsed}", "on_timeout: remind")]),
        ("PRC-019", "appeal.against", [("against: [refused]", "against: [granted]")]),
        ("PRC-019", "appeal.against", [("against: [refused]", "against: [refusal]")]),
        ("PRC-019", "appeal", [("title: 同意, to: bank", "title: 同意, to: reconsider")]),
        ("PRC-019", "appeal", [("title: 维持原决定, to: upheld", "title: 维持原决定, to: refused")]),
        ("PRC-019", "appeal", [("title: 准予\n        to: granted", "title: 准予\n        to: overturned")]),
        (
            "PRC-019",
            "appeal.start",
            [("  steps:\n    - id: reconsider", "  start: bank\n  steps:\n    - id: reconsider")],
        ),
        ("PRC-020", "steps.3.different_from", [("different_from: [department]", "different_from: [faculty]")]),
        ("PRC-020", "steps.3.different_from", [("different_from: [department]", "different_from: [bank]")]),
        ("PRC-021", "steps.0.actions.0.to", [("to: department", "to: back")]),
        ("PRC-024", "steps.3.deadline.parameter", [("credit.application.bank_working_days", "credit.cap")]),
    ],
)
def test_it_names_each_fault(code: str, place: str, changes: list[tuple[str, str]]) -> None:
    with pytest.raises(Refusal) as refused:
        read(changed(*changes))
    found = [(p.code, p.where.title) for p in refused.value]
    assert any(c == code and (t or "").endswith(place) for c, t in found), found
    for problem in refused.value:
        assert problem.where.file == "sample.yaml"
        assert problem.where.line is not None
        assert problem.message.endswith("。") and problem.do.endswith("。")


def test_it_points_at_the_line() -> None:
    text = changed(("to: department", "to: departement"))
    with pytest.raises(Refusal) as refused:
        read(text)
    (problem,) = refused.value.problems
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "departement" in row)
    assert problem.where.line == line


def test_it_points_at_the_line_inside_a_list_of_procedures() -> None:
    indented = "procedures:\n- " + SAMPLE.replace("\n", "\n  ").rstrip() + "\n"
    (definition,) = read_definitions(indented, file="f")
    assert definition == read(SAMPLE)
    broken = indented.replace("to: department", "to: departement")
    with pytest.raises(Refusal) as refused:
        read_definitions(broken, file="f")
    line = next(n for n, row in enumerate(broken.splitlines(), 1) if "departement" in row)
    assert refused.value.problems[0].where.line == line


def test_it_lists_every_fault_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        read(
            changed(
                ("role: department_reviewer", "role: dean"), ("systems: [L3]", "systems: 3"), ("days: 10", "day: 10")
            )
        )
    assert {p.code for p in refused.value} >= {"PRC-009", "PRC-004", "PRC-002", "PRC-010"}


def test_it_refuses_a_definition_without_a_word_on_appeals() -> None:
    text = SAMPLE[: SAMPLE.index("appeal:\n")]
    with pytest.raises(Refusal) as refused:
        read(text)
    assert "PRC-011" in {p.code for p in refused.value}


def test_it_accepts_a_stated_reason_for_no_appeal() -> None:
    text = (
        SAMPLE[: SAMPLE.index("appeal:\n")] + "appeal: {none: 可以修改后重新提出。, source: local, note: 只是备案。}\n"
    )
    text = text.replace(", reconsider]", "]")
    for outcome in ("upheld", "overturned"):
        text = re.sub(rf"  - \{{id: {outcome},.*\n", "", text)
    assert read(text).appeal.none == "可以修改后重新提出。"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("REG-", "steps: ["),
        ("REG-", "a: &x [*x]\n"),
        ("REG-", "title: 一\ntitle: 二\n"),
        ("REG-", "in_force_from: 2024-13-45\n"),
        ("REG-", "- " * 30 + "1\n"),
        ("PRC-001", "- 1\n- 2\n"),
        ("PRC-001", ""),
        ("PRC-001", "just text"),
        ("PRC-001", "procedures: []\n"),
    ],
)
def test_it_refuses_what_is_no_definition(code: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(text)
    assert all(p.code.startswith(code) for p in refused.value)


def test_it_refuses_a_binary_fraction() -> None:
    with pytest.raises(Refusal) as refused:
        read(changed(('least: "0.5"', "least: 0.5")))
    assert all(p.code.startswith("REG-") for p in refused.value)
    document = yaml.safe_load(changed(('least: "0.5"', "least: 0.5")))
    with pytest.raises(Refusal) as refused:
        parse_definition(document, file="f")
    assert {p.code for p in refused.value} == {"PRC-004"}


def test_every_definition_of_every_region_is_right() -> None:
    from guantong.policy.asking import load_policy

    policy = load_policy(ROOT / "regions")
    parameters = {name: next(iter(p.settings.values())).unit for name, p in policy.parameters.items()}
    files = sorted((ROOT / "regions").glob("[0-9]*/procedures/*.yaml"))
    assert len(files) >= 3
    for file in files:
        blocks = policy.blocks(file.parts[-3][:6])
        for definition in read_definitions(
            file.read_text(),
            file=file.name,
            parameters=parameters,
            documents=policy.documents,
            put_in=lambda data, lines, top, blocks=blocks: blocks.put_in(data, lines, top, data["in_force_from"]),
        ):
            entry = policy.procedures(file.parts[-3][:6], definition.in_force_from)[definition.id]
            assert parse_definition(entry.data, file=file.name).digest == definition.digest


NONSENSE = (
    None,
    7,
    -1,
    "x",
    "back",
    "  ",
    [],
    {},
    [[]],
    {"a": 1},
    True,
    [None],
    [{"id": 3}],
    "长" * 3000,
    date(2024, 1, 1),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def test_it_survives_nonsense_at_every_place() -> None:
    """Whatever stands anywhere, the answer is a definition or a refusal whose sentences are whole."""
    document = yaml.safe_load(SAMPLE)
    tried = refused = 0
    for number, path in enumerate(places(document)):
        for nonsense in (NONSENSE[(4 * number + turn) % len(NONSENSE)] for turn in range(4)):
            broken = copy.deepcopy(document)
            if path:
                holder = broken
                for key in path[:-1]:
                    holder = holder[key]
                holder[path[-1]] = nonsense
            else:
                broken = nonsense
            tried += 1
            try:
                parse_definition(broken, file="f", parameters=PARAMETERS, documents=DOCUMENTS)
            except Refusal as refusal:
                refused += 1
                for problem in refusal:
                    assert problem.code.startswith("PRC-0")
                    assert problem.message.endswith("。") and problem.do.endswith("。")
    assert tried > 1000 and refused > tried * 0.7
