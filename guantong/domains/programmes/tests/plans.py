"""A plan that meets every national check, as courses and as facts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from guantong.domains.programmes.rules.courses import CourseEntry
from guantong.domains.programmes.rules.facts import PlanCourseFacts, PlanFacts


def course(
    code: str, name: str, category: str, credits: int, hours: int, practice: int, semester: int, **more
) -> CourseEntry:
    return CourseEntry(code, name, category, credits * 100, hours, practice, semester, **more)


def good_courses() -> list[CourseEntry]:
    """39 courses, 2,688 hours, 1,688 of practice; public 704, elective 272; 135 credits required, 16 elective."""
    rows = [
        course("GG01", "思想道德与法治", "public", 3, 48, 8, 1, topic="ideology"),
        course("GG02", "毛泽东思想和中国特色社会主义理论体系概论", "public", 2, 32, 4, 2, topic="ideology"),
        course("GG03", "形势与政策", "public", 1, 16, 0, 1, topic="ideology"),
        course("GG04", "劳动教育", "public", 1, 16, 8, 1, topic="labour"),
        course("GG05", "劳动精神、劳模精神、工匠精神", "public", 1, 16, 4, 2, topic="spirit"),
        *[course(f"GG1{n}", f"大学英语{n}", "public", 4, 64, 16, n) for n in range(1, 5)],
        *[course(f"GG2{n}", f"体育{n}", "public", 2, 32, 28, n, topic="physical") for n in range(1, 5)],
        *[course(f"GG3{n}", f"高等数学{n}", "public", 4, 64, 0, n) for n in range(1, 3)],
        course("GG41", "信息技术", "public", 4, 64, 32, 1),
    ]
    rows += [course(f"JC{n:02d}", f"专业基础{n}", "foundation", 4, 64, 32, 1 + n % 3) for n in range(1, 7)]
    rows += [course(f"HX{n:02d}", f"专业核心{n}", "core", 5, 80, 48, 3 + n % 2) for n in range(1, 8)]
    rows += [
        course(f"TZ{n:02d}", f"专业拓展{n}", "elective", 2, 34, 20, 4 + n % 2, is_required=False) for n in range(1, 9)
    ]
    rows += [
        course("SJ01", "综合实训", "practice", 8, 192, 192, 5, weeks=8),
        course("SJ02", "岗位实习", "practice", 24, 576, 576, 6, weeks=24, topic="internship", is_convertible=False),
    ]
    return rows


def facts(courses: list[CourseEntry] | None = None, **changes) -> PlanFacts:
    """A higher plan of three years with these courses."""
    rows = good_courses() if courses is None else courses
    base = PlanFacts(
        id=1,
        public_id="PLAN",
        name="软件技术专业 2025 级人才培养方案",
        school_id=1,
        school_kind="higher_school",
        programme_code="510203",
        programme_name="软件技术",
        level="higher",
        category_code="51",
        cohort=2025,
        version=1,
        entry="senior",
        duration_years=Decimal(3),
        total_credits_hundredths=14000,
        hours_per_credit=16,
        state="drafted",
        courses=tuple(
            PlanCourseFacts(
                id=n,
                code=c.code,
                name=c.name,
                category=c.category,
                module=c.module,
                credits_hundredths=c.credits_hundredths,
                hours=c.hours,
                practice_hours=c.practice_hours,
                semester=c.semester,
                is_required=c.is_required,
                is_convertible=c.is_convertible,
                weeks=c.weeks,
                topic=c.topic,
            )
            for n, c in enumerate(rows, 1)
        ),
    )
    return replace(base, **changes)
