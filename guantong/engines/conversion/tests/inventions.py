"""Invented rule documents, plans, accounts and learners with a past, for property tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import note
from hypothesis import strategies as st

from guantong.engines.conversion import (
    AchievementFacts,
    CompiledRules,
    CourseFacts,
    LearnerFacts,
    PriorConversion,
    compile_rules,
)
from guantong.engines.conversion.tests.builders import ON, achievement, course, document, law, plan, rule

Instance = tuple[CompiledRules, list[AchievementFacts], LearnerFacts]

CATEGORIES = ["public", "core", "elective"]
MODULES = ["m1", "m2"]
ISSUERS = [("o1", "enterprise"), ("o2", "school"), ("", "")]
KINDS = ["training", "competition", "skill_grade"]
DAYS = [date(2022, 3, 1), date(2025, 10, 1), date(2026, 3, 1), date(2026, 10, 1)]
"""Older than some rules allow, last academic year, its second semester, this academic year."""
FLAGS = [
    # single_use, combine, partial
    (True, False, False),
    (False, False, False),
    (True, True, False),
    (False, True, False),
    (True, False, True),
    (False, False, True),
    (False, True, True),
    (True, True, True),
]
PERS = ["programme", "category", "module", "course", "achievement", "certificate", "issuer", "kind", "semester", "year"]


def limits() -> st.SearchStrategy[dict[str, Any]]:
    """One limit of each sort."""
    return st.one_of(
        st.integers(0, 6).map(lambda n: {"credits": str(n)}),
        st.sampled_from(["0.2", "1/3", "0.5", "0.75"]).map(lambda s: {"share": s}),
        st.sampled_from(["0.2", "0.5"]).map(lambda s: {"share": s, "of": "programme"}),
        st.integers(0, 3).map(lambda n: {"achievements": n}),
        st.integers(0, 3).map(lambda n: {"courses": n}),
    )


@st.composite
def caps(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to three caps, some for certain achievements or courses only."""
    found = []
    for number in range(draw(st.integers(0, 3))):
        cap: dict[str, Any] = {
            "id": f"cap{number}",
            "clause": f"第{number}款",
            "per": draw(st.sampled_from(PERS)),
            "limit": draw(limits()),
        }
        if draw(st.integers(0, 2)) == 0:
            cap["kinds"] = [draw(st.sampled_from(KINDS))]
        if draw(st.integers(0, 2)) == 0:
            cap["categories"] = [draw(st.sampled_from(CATEGORIES))]
        if draw(st.integers(0, 5)) == 0:
            cap["modules"] = [draw(st.sampled_from(MODULES))]
        if draw(st.integers(0, 5)) == 0:
            cap["courses"] = ["C0", "C2"]
        if draw(st.integers(0, 5)) == 0:
            cap["issuer_kinds"] = ["enterprise"]
        if cap["per"] in ("semester", "year") and draw(st.booleans()):
            cap["counted_on"] = "converted"
        found.append(cap)
    return found


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A rule document with every way of using achievements."""
    single, combine, partial = draw(st.sampled_from(FLAGS))
    use: dict[str, Any] = {
        "single_use": single,
        "surplus": draw(st.sampled_from(["lost", "kept"])),
        "combine": combine,
        "partial": partial,
        "clause": "第二条",
    }
    if partial and draw(st.booleans()):
        use["least_cover"] = draw(st.sampled_from(["0.5", "2/3"]))
    wide = rule(
        kinds=KINDS,
        credits=draw(st.sampled_from([{"recognised": True}, {"course_credits": True}, {"fixed": "2.5"}])),
        to={"categories": draw(st.sampled_from([CATEGORIES, ["core"]]))},
    )
    if draw(st.integers(0, 3)) == 0:
        wide["validity"] = {"years": 2, "ageing": [{"after_years": 1, "counts": "1/2"}], "clause": "第八条"}
    narrow = rule(id="r3", kinds=["competition"], credits={"fixed": "3"}, to={"categories": ["public", "core"]})
    if draw(st.integers(0, 3)) == 0:
        narrow["to"]["course_credits"] = {"at_most": "2"}
    return document(
        use=use,
        calendar={"year_begins": "09-01", "second_semester_begins": "02-15"},
        rules=[wide, rule(id="r2", kinds=KINDS[:2], credits={"fixed": "2"}, to={"categories": ["elective"]}), narrow],
        caps=draw(caps()) or None,
        own_school=draw(st.sampled_from([None, {"minimum": {"share": "0.5"}, "clause": "第九条"}])),
    )


@st.composite
def pasts(draw: st.DrawFn, courses: list[CourseFacts], given: list[AchievementFacts]) -> tuple[PriorConversion, ...]:
    """Earlier conversions: for courses of the plan or of another, by achievements of the account or older ones."""
    found = []
    for number in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2, 3]))):
        issuer, issuer_kind = draw(st.sampled_from(ISSUERS))
        own = [a for a in given if a.used_hundredths]
        by = draw(st.sampled_from([None, *own]))
        found.append(
            PriorConversion(
                hundredths=100 if by is None else by.used_hundredths,
                course_code=draw(st.sampled_from([*(c.code for c in courses), "elsewhere"])),
                kind=draw(st.sampled_from(KINDS)) if by is None else by.kind,
                achievement_id=f"old{number}" if by is None else by.id,
                certificate_code=draw(st.sampled_from(["x", "y", ""])) if by is None else by.certificate_code,
                issuer_id=issuer if by is None else by.issuer_id,
                issuer_kind=issuer_kind if by is None else by.issuer_kind,
                issued_on=draw(st.sampled_from(DAYS)) if by is None else by.issued_on,
                converted_on=draw(st.sampled_from([date(2026, 4, 20), date(2026, 9, 20)])),
            )
        )
    return tuple(found)


@st.composite
def instances(draw: st.DrawFn, most: int) -> Instance:
    """Compiled rules, up to ``most`` achievements against as many courses, and a learner."""
    courses = [
        course(
            f"C{n}",
            draw(st.sampled_from(["1", "2", "3", "1.5"])),
            draw(st.sampled_from(CATEGORIES)),
            module=draw(st.sampled_from(["", *MODULES])),
            is_required=draw(st.booleans()),
        )
        for n in range(draw(st.integers(1, most)))
    ]
    achievements = []
    for n in range(draw(st.integers(1, most))):
        issuer, issuer_kind = draw(st.sampled_from(ISSUERS))
        achievements.append(
            achievement(
                f"a{n}",
                draw(st.sampled_from(KINDS)),
                draw(st.sampled_from(["1", "2", "3", "4", "2.5", None])),
                issuer_id=issuer,
                issuer_kind=issuer_kind,
                certificate_code=draw(st.sampled_from(["x", "y", ""])),
                issued_on=draw(st.sampled_from(DAYS)),
                used_hundredths=draw(st.sampled_from([0, 0, 0, 0, 100])),
                reserved_hundredths=draw(st.sampled_from([0, 0, 0, 0, 0, 50])),
            )
        )
    numbers = draw(
        st.sampled_from(
            [{}, {}, {}, {"certificate_cap": "2"}, {"semester_cap": "3"}, {"issuer_cap": "2", "year_cap": "4"}]
        )
    )
    if draw(st.integers(0, 7)) == 0:
        numbers = {**numbers, "certificates_per_course": "1"}
    written = draw(documents())
    note(f"document {written}\nlaw {numbers}\ncourses {courses}")
    compiled = compile_rules(written, plan(*courses), law(**numbers), ON, strict=False)
    learner = LearnerFacts(
        prior=draw(pasts(courses, achievements)),
        passed=frozenset(draw(st.sampled_from([[], [], [], ["C1"]]))),
    )
    return compiled, achievements, learner
