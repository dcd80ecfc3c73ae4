"""What a definition may say of publicity and protection, and each fault that is noted."""

from __future__ import annotations

import pytest

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.publicity.reading import NAME

from .sample import COMPLAINT, SHOWN


def codes(text: str, old: str, new: str) -> list[str]:
    assert old in text, old
    with pytest.raises(Refusal) as refused:
        read_definition(text.replace(old, new, 1), file="sample.yaml")
    assert all(p.where.line for p in refused.value), str(refused.value)
    return [p.code for p in refused.value]


def test_both_samples_are_read_whole():
    shown = read_definition(SHOWN, file="a.yaml").steps["notice"]
    kept = shown.parts[NAME]
    assert kept.show[-1] == "declared.leader" and kept.objections.to == "again"
    assert kept.objections.deadline.count == 10
    assert [(w.part, w.to) for w in shown.ways] == [(NAME, "again")]
    assert read_definition(COMPLAINT, file="b.yaml").parts[NAME] is True


@pytest.mark.parametrize(
    ("base", "old", "new", "code"),
    [
        (SHOWN, "on_timeout: {lapse: recognised}", "on_timeout: remind", "PUB-001"),
        (SHOWN, "show: [organisation, ", "show: [id_number, ", "PUB-002"),
        (SHOWN, "declared.leader]", "declared.chief]", "PUB-002"),
        (SHOWN, "        to: again\n", "        to: nowhere\n", "PRC-006"),
        (SHOWN, "        deadline: {working_days: 10, source: local, note: 测试。}\n", "", "PRC-003"),
        (SHOWN, "        references: [{document: demo-credit-bank-2024, clause: 第二十一条}]\n", "", "PRC-012"),
        (COMPLAINT, "of: visitor", "roles: [registrar], of: school", "PUB-004"),
        (COMPLAINT, "subject: publicity.complaint", "subject: tests.other", "PUB-005"),
        (COMPLAINT, "protected: true", "protected: false", "PUB-006"),
        (COMPLAINT, "protected: true", 'protected: "yes"', "PRC-004"),
    ],
)
def test_each_fault_has_its_code(base, old, new, code):
    assert code in codes(base, old, new)


def test_a_notice_belongs_to_a_step_somebody_answers_for():
    text = SHOWN.replace(
        "    role: bureau_reviewer\n    of: authority\n    publicity", "    of: declarer\n    publicity"
    )
    with pytest.raises(Refusal) as refused:
        read_definition(text, file="sample.yaml")
    assert "PUB-003" in [p.code for p in refused.value]
