"""The roster: checked by the real action, imported once, taken back when cancelled; and the students' pages."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from guantong.base.audit.models import AuditLine
from guantong.base.people.models import Person
from guantong.base.sheets.models import ImportJob
from guantong.domains.programmes.actions import draft_plan, publish_plan, replace_courses, withdraw_enrolments
from guantong.domains.programmes.models import StudentRecord
from guantong.kernel.refusal import Refusal
from tests.cast import invented_id_number

from .books import rows_book
from .plans import good_courses
from .test_records import enrol, make_plan, school  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db
TITLES = ["姓名", "证件号码", "学号", "专业代码", "年级", "入学日期", "所属院系"]


def student(n: int, **changes) -> list[object]:
    row = {
        "姓名": f"学生{n}",
        "证件号码": invented_id_number(n, date(2007, 5, 1)),
        "学号": f"2025{n:04d}",
        "专业代码": "510203",
        "年级": 2025,
        "入学日期": date(2025, 9, 1),
        "所属院系": "信息工程系",
    }
    return list({**row, **changes}.values())


@pytest.fixture
def lin(school, client):  # noqa: F811
    client.force_login(school.user("lin"))
    return client


def send(client, rows, titles=TITLES, name="名册.xlsx"):
    """Upload; gives the job and its page."""
    file = SimpleUploadedFile(name, rows_book(titles, rows, "学生名册"))
    response = client.post(reverse("programmes:roster_sheets"), {"file": file})
    assert response.status_code == 303, response.content.decode()[:3000]
    return ImportJob.objects.latest("id"), client.get(response["Location"]).content.decode()


def confirm(client, job, **data):
    response = client.post(reverse("programmes:roster_sheets_act", args=[job.public_id, "confirm"]), data)
    assert response.status_code == 303, response.content.decode()[:3000]
    job.refresh_from_db()


def test_a_good_roster_is_checked_without_a_trace_and_then_enrolled(lin, school):  # noqa: F811
    before = Person.objects.count()
    job, text = send(lin, [student(n) for n in range(100, 120)])
    assert (job.state, job.rows_total, job.rows_bad) == ("checked", 20, 0), text
    assert StudentRecord.objects.count() == 0 and Person.objects.count() == before
    confirm(lin, job)
    assert (job.state, job.counts["posted"], job.counts["known"]) == ("imported", 20, 0)
    record = StudentRecord.objects.get(student_number="20250100")
    assert (record.plan_id, record.department, record.import_job) == (school.plan.pk, "信息工程系", job.pk)
    assert AuditLine.objects.filter(action="enrol_students").count() == 1


def test_students_already_enrolled_are_counted_not_doubled(lin, school):  # noqa: F811
    job, _ = send(lin, [student(100), student(101)])
    confirm(lin, job)
    job, _ = send(lin, [student(100), student(101), student(102)])
    confirm(lin, job)
    assert (job.counts["posted"], job.counts["known"]) == (1, 2)
    assert StudentRecord.objects.count() == 3


def test_every_fault_stands_at_its_cell(lin, school):  # noqa: F811
    enrol(school, number="20250001")
    rows = [
        student(100),
        student(101, 专业代码="510299"),
        student(102, 年级=2024),
        student(103, 学号="20250001"),
        student(104, 入学日期=date(2024, 9, 1)),
        student(105, 学号="2025-5"),
        student(106, 姓名="小吴", 证件号码=school.id_numbers["wu"]),
        student(107, 姓名="不是小赵", 证件号码=school.id_numbers["zhao"]),
        student(108, 入学日期=date(2025, 12, 1)),
    ]
    job, text = send(lin, rows)
    assert job.state == "checked" and job.rows_bad == 8, text
    for code, cell in (
        ("PRG-073", "D3"),
        ("PRG-073", "D4"),
        ("PRG-061", "C5"),
        ("PRG-067", "F6"),
        ("PRG-071", "C7"),
        ("PRG-062", "C8"),
        ("PRG-066", "F10"),
    ):
        assert code in text and cell in text, (code, cell)
    assert StudentRecord.objects.count() == 1
    confirm(lin, job, rows="good")
    assert StudentRecord.objects.count() == 2


def test_two_plans_for_one_cohort_ask_which(lin, school):  # noqa: F811
    other = draft_plan(
        actor=school.lin,
        school_id=school.donghu,
        programme_code="510203",
        cohort=2025,
        entry="secondary",
        duration_years=school.plan.duration_years,
        total_credits_hundredths=14000,
        hours_per_credit=16,
    )
    replace_courses(actor=school.lin, plan_id=other.pk, courses=good_courses())
    publish_plan(actor=school.lin, plan_id=other.pk)
    _, text = send(lin, [student(100)])
    assert "PRG-074" in text and "高中阶段毕业" in text
    job, _ = send(lin, [[*student(100), "中职"]], [*TITLES, "招生对象"])
    confirm(lin, job)
    assert StudentRecord.objects.get().plan_id == other.pk


def test_what_a_job_opened_can_be_taken_back(lin, school):  # noqa: F811
    own = enrol(school)
    job, _ = send(lin, [student(n) for n in range(100, 105)])
    confirm(lin, job)
    with pytest.raises(Refusal):
        withdraw_enrolments(actor=school.zhou, school_id=school.donghu, job_id=job.pk)
    assert withdraw_enrolments(actor=school.lin, school_id=school.donghu, job_id=job.pk) == 5
    assert withdraw_enrolments(actor=school.lin, school_id=school.donghu, job_id=job.pk) == 0
    assert set(StudentRecord.objects.filter(import_job=job.pk).values_list("state", flat=True)) == {"left"}
    own.refresh_from_db()
    assert own.state == "enrolled"
    again, _ = send(lin, [student(n) for n in range(100, 106)])
    confirm(lin, again)
    assert again.counts["posted"] == 6


NATIONAL = [
    "身份证号",
    "姓名",
    "性别",
    "民族",
    "年级",
    "入学年月",
    "招生类型",
    "修读专业",
    "学制",
    "班级",
    "校内学号",
    "备注",
]


def newcomer(n: int, **changes) -> list[object]:
    """A row of the national student system's import form."""
    row = {
        "身份证号": invented_id_number(n, date(2007, 5, 1)),
        "姓名": f"学生{n}",
        "性别": "女",
        "民族": "汉族",
        "年级": 2025,
        "入学年月": "202509",
        "招生类型": "统一招生",
        "修读专业": "软件技术",
        "学制": "3",
        "班级": "软件2501",
        "校内学号": f"2025{n:04d}",
        "备注": "",
    }
    return list({**row, **changes}.values())


def test_the_national_systems_import_form_is_taken_as_it_is(lin, school):  # noqa: F811
    rows = [newcomer(1), newcomer(2, 修读专业="510203", 入学年月="2025-09")]
    job, page = send(lin, rows, titles=NATIONAL)
    assert job.spec == "student_system_import"
    assert "没有问题" in page or job.rows_bad == 0
    confirm(lin, job)
    records = StudentRecord.objects.filter(import_job=job.pk).order_by("student_number")
    assert [(r.student_number, r.enrolled_on, r.plan_id) for r in records] == [
        ("20250001", date(2025, 9, 1), school.plan.pk),
        ("20250002", date(2025, 9, 1), school.plan.pk),
    ]
    assert Person.objects.filter(name="学生1").count() == 1


def test_faults_of_the_national_form_stand_at_its_cells(lin, school):  # noqa: F811
    rows = [newcomer(1, 修读专业="没有的专业"), newcomer(2, 入学年月="202409"), newcomer(3, 年级=2024), newcomer(4)]
    job, _ = send(lin, rows, titles=NATIONAL)
    from guantong.base.sheets.selectors import list_problems

    found = [(p.code, f"{p.where.column}{p.where.row}") for p in list_problems(job)]
    assert found == [("PRG-001", "H2"), ("PRG-067", "F3"), ("PRG-073", "H4")]
    assert job.rows_bad == 3


def test_the_roster_is_for_the_registrar_of_the_school(school, client):  # noqa: F811
    client.force_login(school.user("ma"))
    response = client.post(reverse("programmes:roster_sheets"), {"file": SimpleUploadedFile("a.xlsx", b"x")})
    assert response.status_code in {403, 422} and not ImportJob.objects.exists()
    job_client = client
    job_client.force_login(school.user("lin"))
    job, _ = send(job_client, [student(100)])
    client.force_login(school.user("zhou"))
    assert client.get(reverse("programmes:roster_sheets_job", args=[job.public_id])).status_code == 404


def test_the_template_names_every_column(lin):
    response = lin.get(reverse("programmes:roster_sheets_template", args=["student_roster"]))
    assert response.status_code == 200 and response.content[:2] == b"PK"


# ---- pages


def get(client, name, *args, status=200, **data):
    response = client.get(reverse(f"programmes:{name}", args=args), data)
    assert response.status_code == status
    return response.content.decode()


def test_students_are_found_by_name_number_state_and_plan(lin, school):  # noqa: F811
    enrol(school)
    enrol(school, "zhao", number="2025777")
    assert "找到 2 条学籍" in get(lin, "school_students")
    assert "找到 1 条学籍" in get(lin, "school_students", q="2025777")
    assert "找到 1 条学籍" in get(lin, "school_students", q="小吴")
    assert "没有找到相符的学生" in get(lin, "school_students", state="left")
    assert "找到 2 条学籍" in get(lin, "school_students", plan=school.plan.public_id)
    text = lin.get(reverse("programmes:school_students"), {"q": "小"}, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in text and "小赵" in text


def test_a_student_is_moved_and_seen_off_on_the_page(lin, school):  # noqa: F811
    record = enrol(school)
    other = make_plan(school, "510202")
    text = get(lin, "school_student", record.public_id)
    assert school.id_numbers["wu"] not in text and "办理转入" in text
    data = {"plan": other.public_id, "on": "2025-10-10", "reason": "转专业申请已批准"}
    response = lin.post(reverse("programmes:transfer_student", args=[record.public_id]), data)
    assert response.status_code == 303
    following = StudentRecord.objects.get(follows=record)
    assert response["Location"].endswith(f"/{following.public_id}/")
    assert "转入后的学籍" in get(lin, "school_student", record.public_id)
    data = {"to": "left", "on": "2025-10-12", "reason": "本人申请退学"}
    assert lin.post(reverse("programmes:leave_school", args=[following.public_id]), data).status_code == 303
    text = get(lin, "school_student", following.public_id)
    assert "本人申请退学" in text and "办理离校" not in text


@pytest.mark.parametrize(
    ("page", "data", "code"),
    [
        ("leave_school", {"on": "昨天", "reason": "退学"}, "PRG-075"),
        ("leave_school", {"on": "2025-10-12", "reason": ""}, "PRG-070"),
        ("leave_school", {"on": "2025-08-12", "reason": "退学"}, "PRG-065"),
        ("transfer_student", {"plan": "NOPE", "on": "2025-10-12", "reason": "转专业"}, "PRG-030"),
        ("transfer_student", {}, "PRG-030"),
    ],
)
def test_a_refused_change_is_shown_on_the_page(lin, school, page, data, code):  # noqa: F811
    record = enrol(school)
    response = lin.post(reverse(f"programmes:{page}", args=[record.public_id]), data)
    assert response.status_code in {404, 422} and code in response.content.decode()
    record.refresh_from_db()
    assert record.state == "enrolled"


def test_another_schools_student_is_not_found(school, client):  # noqa: F811
    record = enrol(school)
    client.force_login(school.user("zhou"))
    get(client, "school_student", record.public_id, status=404)
    data = {"on": "2025-10-12", "reason": "退学"}
    assert client.post(reverse("programmes:leave_school", args=[record.public_id]), data).status_code == 404
