"""The JSON door: a whole answer, and every refusal of a body, each with its place and code."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.conversion import errors as reasons
from guantong.engines.conversion import simulate
from guantong.engines.conversion.tests.builders import demo, document, law, rule
from guantong.kernel.refusal import Refusal, RefusalKind

SCHEMA = jsonschema_rs.validator_for(json.loads((Path(__file__).parents[1] / "schema.json").read_text("utf-8")))
TODAY = date(2026, 11, 22)


def body(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "on": "2026-11-22",
        "rules": demo("2"),
        "plan": {
            "name": "机电一体化技术",
            "courses": [
                {"code": "K2", "name": "钳工", "category": "practice", "credits": "2"},
                {"code": "K1", "name": "PLC 技术", "category": "core", "credits": "4", "semester": 3},
                {"code": "K3", "name": "机械制图", "category": "foundation", "credits": 24},
            ],
        },
        "achievements": [
            {"kind": "skill_grade", "title": "电工", "level": "高级工", "credits": "6", "issued_on": "2026-01-05"},
            {"kind": "competition", "title": "技能大赛", "level": "省级", "place": "二等奖", "issued_on": "2026-05-01"},
        ],
    }
    base.update(changes)
    return base


def plain(value: Any) -> Any:
    """Dates of a YAML document as text, as they travel in JSON."""
    return json.loads(json.dumps(value, default=str))


def test_it_answers_with_verdicts_both_methods_and_their_difference() -> None:
    answer = simulate(body())
    assert answer["ok"] is True and answer["on"] == "2026-11-22"
    found = json.loads(json.dumps(answer, ensure_ascii=False))
    assert [v["counts"] for v in found["verdicts"]] == [True, True]
    assert found["best"]["credits"] == "6" and found["first_come"]["credits"] == "2"
    assert found["difference"]["more_credits"] == "4"
    assert found["difference"]["sentence"] == "按最佳组合可以转换 6 学分，比按先后顺序使用多 4 学分。"
    changed = {c["course"]: (c["first_come"], c["best"]) for c in found["difference"]["changes"]}
    assert changed == {"K2": ("2", "2"), "K1": ("0", "4")}
    assert len(found["rules"]["digest"]) == 64


def test_the_same_body_gives_the_same_answer_also_from_json() -> None:
    assert simulate(body()) == simulate(plain(body()))


def test_law_of_the_region_takes_precedence_over_law_typed_in() -> None:
    typed = {"credit.programme_share_cap": {"value": "100", "title": "某办法", "clause": "第一条"}}
    free: Any = simulate(body(law=typed, method="best"))
    assert free["best"]["credits"] == "6"
    bound: Any = simulate(body(law=typed, method="best"), law=law(programme_share_cap="10"))
    assert bound["best"]["credits"] == "2"
    assert "first_come" not in bound


def test_the_day_is_today_when_left_out() -> None:
    answer: Any = simulate(body(on=None), today=TODAY)
    assert answer["on"] == "2026-11-22"


def row(**changes: Any) -> list[dict[str, Any]]:
    return [{"kind": "skill_grade", "level": "4", **changes}]


def one_course(**changes: Any) -> dict[str, Any]:
    return {"courses": [{"code": "K1", "credits": "4", **changes}]}


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


BROKEN: list[tuple[str, str, str | None, Any]] = [
    ("no object", "CNV-201", None, []),
    ("no object either", "CNV-201", None, "x"),
    ("unknown entry", "CNV-202", "colour", body(colour="red")),
    ("unknown entry of a row", "CNV-202", "achievements[0].colour", body(achievements=row(colour="red"))),
    ("no rules", "CNV-203", "rules", body(rules=None)),
    ("no plan", "CNV-203", "plan", body(plan=None)),
    ("no kind", "CNV-203", "achievements[0].kind", body(achievements=[{}])),
    ("no day", "CNV-203", "on", body(on=None)),
    ("rules a text", "CNV-204", "rules", body(rules="all")),
    ("achievements no list", "CNV-204", "achievements", body(achievements={"0": {}})),
    ("row no object", "CNV-204", "achievements[0]", body(achievements=[3])),
    ("team as text", "CNV-204", "achievements[0].is_team", body(achievements=row(is_team="yes"))),
    ("title a list", "CNV-204", "achievements[0].title", body(achievements=row(title=["x"]))),
    ("place in words", "CNV-204", "achievements[0].place", body(achievements=row(place="最好"))),
    ("half a semester", "CNV-204", "plan.courses[0].semester", body(plan=one_course(semester="1.5"))),
    ("too many achievements", "CNV-205", "achievements", body(achievements=row() * 201)),
    ("too many courses", "CNV-205", "plan.courses", body(plan={"courses": [{}] * 201})),
    ("long title", "CNV-206", "achievements[0].title", body(achievements=row(title="长" * 121))),
    ("more credits than there are", "CNV-207", "achievements[0].credits", body(achievements=row(credits="1001"))),
    ("negative credits", "CNV-207", "achievements[0].credits", body(achievements=row(credits=-1))),
    ("unknown kind", "CNV-208", "achievements[0].kind", body(achievements=[{"kind": "magic"}])),
    ("unknown level", "CNV-208", "achievements[0].level", body(achievements=row(level="9"))),
    ("unknown method", "CNV-208", "method", body(method="fast")),
    ("unknown category", "CNV-208", "plan.courses[0].category", body(plan=one_course(category="art"))),
    ("one id twice", "CNV-209", "achievements[1].id", body(achievements=row(id="a") + row(id="a"))),
    (
        "one course twice",
        "CNV-209",
        "plan.courses[1].code",
        body(plan={"courses": [{"code": "K", "credits": "1"}, {"code": "K", "credits": "2"}]}),
    ),
    ("no date", "CNV-210", "achievements[0].issued_on", body(achievements=row(issued_on="去年"))),
    ("year 0001", "CNV-210", "on", body(on="0001-01-01")),
    ("binary float", "CNV-211", "achievements[0].credits", body(achievements=row(credits=1.5))),
    ("infinite", "CNV-211", "achievements[0].hours", body(achievements=row(hours="1e99999"))),
    ("finer than a hundredth", "CNV-211", "achievements[0].credits", body(achievements=row(credits="0.001"))),
    ("true is no number", "CNV-211", "achievements[0].hours", body(achievements=row(hours=True))),
    ("too deep", "CNV-212", None, body(note=nested(40))),
    ("a fault of the rules", "CNV-002", "title", body(rules=document(title=None))),
    ("rules not in force", "CNV-021", None, body(on="2020-01-01")),
]


@pytest.mark.parametrize("name,code,place,broken", BROKEN, ids=[name for name, _, _, _ in BROKEN])
def test_it_refuses_with_code_and_place(name: str, code: str, place: str | None, broken: Any) -> None:
    with pytest.raises(Refusal) as refused:
        simulate(broken)
    assert (code, place) in [(p.code, p.where.column) for p in refused.value.problems]
    assert 400 <= refused.value.status < 500
    for problem in refused.value.problems:
        assert problem.message.endswith("。") and problem.do.endswith("。")


def test_it_tells_every_fault_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        simulate(body(achievements=row(level="9", credits=1.5, issued_on="x"), method="fast"))
    assert sorted(p.code for p in refused.value.problems) == ["CNV-208", "CNV-208", "CNV-210", "CNV-211"]


def test_the_schema_takes_good_bodies_and_refuses_broken_ones() -> None:
    assert SCHEMA.is_valid(plain(body()))
    full = body(
        region="990000",
        method="both",
        learner={"earned_credits": "30", "passed": ["K2"], "semester": 3, "prior": [{"credits": "2", "course": "K9"}]},
        choices=[["1", "K1"]],
        law={"credit.certificate_cap": {"value": "8"}},
    )
    assert SCHEMA.is_valid(plain(full))
    simulate(full)
    semantic = {
        "place in words", "half a semester", "more credits than there are", "unknown level", "one id twice",
        "one course twice", "year 0001", "finer than a hundredth", "a fault of the rules", "rules not in force",
        "no day",
    }  # fmt: skip
    for name, _, _, broken in BROKEN:
        if name not in semantic:
            assert not SCHEMA.is_valid(plain(broken)), name


ROW_JUNK = st.dictionaries(
    st.sampled_from(
        ["id", "kind", "level", "grade", "place", "hours", "credits", "issued_on", "state", "is_team", "x"]
    ),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.lists(st.integers(), max_size=2),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ROW_JUNK, max_size=3))
def test_junk_gives_an_answer_or_a_refusal_never_a_crash(rows: list[dict[str, Any]]) -> None:
    try:
        json.dumps(simulate(body(achievements=rows)))
    except Refusal as refusal:
        assert all(p.code.startswith("CNV-") for p in refusal.problems)


def test_a_hostile_title_stays_text() -> None:
    answer: Any = simulate(
        body(achievements=row(title="<script>alert(1)</script>{0.__class__}%s", grade="{x}", credits="4"))
    )
    assert answer["verdicts"][0]["counts"] is True


def test_every_kind_of_reason_ends_its_sentences_and_says_you() -> None:
    kinds = [kind for kind in vars(reasons).values() if isinstance(kind, RefusalKind)]
    assert len({kind.code for kind in kinds}) == len(kinds) > 80
    for kind in kinds:
        assert kind.message.endswith("。"), kind.code
        assert kind.do.endswith("。") or kind.do == "{remedy}", kind.code
        for word in ("用户", "非法", "无效", "异常", "失败", "null"):
            assert word not in kind.message + kind.do, kind.code


def test_the_engine_needs_neither_django_nor_files() -> None:
    names = "[m for m in ('django', 'yaml', 'openpyxl') if m in sys.modules]"
    code = f"import sys, guantong.engines.conversion; print({names})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_rules_of_the_document_travel_as_text_dates() -> None:
    answer: Any = simulate(body(rules=plain(document(rules=[rule(kinds=["skill_grade"])]))))
    assert answer["rules"]["id"] == "test"
