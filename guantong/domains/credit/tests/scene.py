"""The credit bank's own scene on top of the cast: 东湖职院 with a plan, adopted rules, and 小赵 enrolled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from guantong.base.accounts.public import SYSTEM
from guantong.base.lawbook import current_policy
from guantong.domains.credit.actions.adoption import adopt, draft_rules
from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements, open_accounts
from guantong.domains.credit.models import Achievement, ConversionRules
from guantong.domains.programmes.actions.plans import draft_plan, publish_plan, replace_courses
from guantong.domains.programmes.actions.records import enrol_student
from guantong.domains.programmes.models import Offering, Programme
from guantong.domains.programmes.public import RecordFacts, record_facts
from guantong.domains.programmes.rules.courses import CourseEntry
from guantong.kernel import clock
from tests.cast import Cast

COURSES = (
    ("G01", "思想道德与法治", "public", 300, 48, 16, 1, True, False),
    ("G02", "大学英语", "public", 400, 64, 20, 1, True, True),
    ("G03", "信息技术", "public", 400, 64, 40, 1, True, True),
    ("P01", "程序设计基础", "foundation", 400, 64, 40, 1, True, True),
    ("P02", "数据库技术", "foundation", 400, 64, 40, 2, True, True),
    ("P03", "Web 前端开发", "core", 300, 48, 32, 3, True, True),
    ("P04", "软件测试", "core", 300, 48, 32, 4, True, True),
    ("P05", "移动应用开发", "core", 400, 64, 40, 5, True, True),
    ("P06", "后端框架", "core", 400, 64, 40, 4, True, True),
    ("P07", "软件工程", "core", 400, 64, 40, 4, True, True),
    ("P08", "算法与数据结构", "core", 400, 64, 40, 3, True, True),
    ("P09", "云计算运维", "core", 400, 64, 40, 5, True, True),
    ("P10", "项目综合实训", "core", 600, 96, 90, 5, True, True),
    ("E01", "摄影基础", "elective", 200, 32, 20, 2, False, True),
    ("R01", "岗位实习", "practice", 1600, 480, 480, 6, True, True),
)


@dataclass
class Scene:
    """Places and rows the tests name."""

    cast: Cast
    record: RecordFacts
    rules: ConversionRules
    account_id: int

    def achievement(self, **changes: Any) -> Achievement:
        """Deposit one achievement for 小赵 by the enterprise and return it."""
        values: dict[str, Any] = {
            "account_id": self.account_id,
            "kind": "x_certificate",
            "title": "Web 前端开发 1+X 证书",
            "subject_code": "X-WEB",
            "level": 2,
            "certificate_number": "X2025000001",
            "issued_on": date(2025, 6, 30),
            "issuer_name": "云澜精密制造有限公司",
            "issuer_id": self.cast.enterprise,
        }
        outcome = deposit_achievements(
            actor=self.cast.zhang,
            organisation_id=self.cast.enterprise,
            rows=[Deposit(**values | changes)],
            ref="test",
        )
        return Achievement.objects.get(pk=outcome.achievement_ids[0])


def ruleset(number: int) -> dict[str, Any]:
    """One of the demo region's six rulesets as a document, in the order of its files."""
    found = sorted(current_policy().raw("990000", "rulesets"), key=lambda entry: entry.place.file)
    return plain(found[number - 1].data)


def plain(value: Any) -> Any:
    """Law as read, as plain JSON: numbers and dates as text."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def build_scene(cast: Cast, rules_number: int = 2) -> Scene:
    """Set the scene up through actions."""
    programme = Programme.objects.create(
        code="510203",
        name="软件技术",
        search_text="510203 软件技术",
        level="higher",
        category_number=10,
        category_code="51",
        category_name="电子与信息大类",
        class_code="5102",
        class_name="计算机类",
        edition="2021",
        origin="测试",
    )
    Offering.objects.create(school_id=cast.donghu, programme=programme, year=2024)
    plan = draft_plan(
        actor=cast.lin,
        school_id=cast.donghu,
        programme_code="510203",
        cohort=2024,
        entry="senior",
        duration_years=Decimal(3),
        total_credits_hundredths=sum(c[3] for c in COURSES),
        hours_per_credit=16,
    )
    replace_courses(
        actor=cast.lin,
        plan_id=plan.pk,
        courses=[
            CourseEntry(
                code=c[0],
                name=c[1],
                category=c[2],
                credits_hundredths=c[3],
                hours=c[4],
                practice_hours=c[5],
                semester=c[6],
                is_required=c[7],
                is_convertible=c[8],
            )
            for c in COURSES
        ],
    )
    publish_plan(actor=cast.lin, plan_id=plan.pk, explanation="测试用的小方案，学时没有达到国家规定。")
    record = enrol_student(
        actor=cast.lin,
        school_id=cast.donghu,
        person_id=cast.zhao_person,
        plan_id=plan.pk,
        student_number="2024001",
        enrolled_on=date(2024, 9, 1),
        department="信息工程系",
    )
    rules = draft_rules(
        actor=cast.sun, school_id=cast.donghu, code="main", title="测试转换规则", document=ruleset(rules_number)
    )
    rules.in_force_from = clock.today()
    adopt(actor=SYSTEM, rules=rules, law_version="test")
    account_id = open_accounts([cast.zhao_person])[cast.zhao_person]
    facts = record_facts(record.pk)
    assert facts is not None
    return Scene(cast, facts, rules, account_id)
