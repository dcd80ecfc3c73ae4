"""The pages: they work, need sign-in where they should, refuse other schools, and answer htmx with a piece."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from guantong.base.accounts.public import SYSTEM
from guantong.domains.programmes.actions import load_catalogue
from guantong.domains.programmes.models import CurriculumPlan, Offering, Programme

from .books import course_book, rows_book
from .plans import course, good_courses
from .test_plan_actions import draft, offer_programme, published

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def donghu(cast):
    load_catalogue(actor=SYSTEM)
    offer_programme(actor=cast.lin, school_id=cast.donghu, programme_code="510203", year=2025)
    return cast


@pytest.fixture
def lin(donghu, client):
    client.force_login(donghu.user("lin"))
    return client


def page(client, name, *args, status=200, data=None, **more):
    response = client.get(reverse(f"programmes:{name}", args=args), data or {}, **more)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def send(client, name, *args, status=200, data=None, **more):
    response = client.post(reverse(f"programmes:{name}", args=args), data or {}, **more)
    assert response.status_code == status, response.content.decode()[:3000]
    return response


def upload(content: bytes, name: str = "课程表.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# ---- visitor


def test_the_catalogue_is_searched_in_either_script(donghu, client):
    text = page(client, "catalogue", data={"q": "軟件工程技術"})
    assert "找到 1 个专业" in text and "软件工程技术" in text and "310203" in text
    assert "没有找到相符的专业" in page(client, "catalogue", data={"q": "不存在的专业名"})
    assert "找到 744 个专业" in page(client, "catalogue", data={"level": "higher"})


def test_the_catalogue_answers_htmx_with_the_results_alone(donghu, client):
    text = page(client, "catalogue", data={"q": "护理"}, **HTMX)
    assert "<html" not in text and "护理" in text


def test_the_catalogue_survives_odd_queries(donghu, client):
    for query in (
        {"page": "x"},
        {"page": "99999"},
        {"level": "?"},
        {"category": "99"},
        {"q": "%_'\"<b>" * 30},
        {"class": "x"},
    ):
        page(client, "catalogue", data=query)


def test_coverage_says_what_is_entered_and_what_is_not(donghu, client):
    text = page(client, "coverage")
    assert "358" in text and "494 条在 3 份副本" in text and "198 条在 1 份副本" in text and "没有收录" in text
    assert "完整" in text


def test_a_programme_shows_schools_plans_and_relatives(donghu, client):
    plan = published(donghu)
    text = page(client, "programme", "510203")
    assert "东湖职业技术学院" in text and plan.name in text and "软件工程技术" in text and "计算机应用" in text
    assert "没有代码为" in page(client, "programme", "999999", status=404)


def test_a_published_plan_shows_checks_with_clause_and_courses(donghu, client):
    plan = published(donghu)
    text = page(client, "plan", plan.public_id)
    for words in (
        "实践性教学学时占总学时",
        "达标",
        "62.8%（1688/2688 学时）",
        "教职成〔2019〕13号",
        "第 6 学期",
        "岗位实习",
        "思想道德与法治",
    ):
        assert words in text
    assert client.get(reverse("programmes:plan_courses", args=[plan.public_id])).status_code == 200


def test_a_draft_is_not_found_by_visitors_or_other_schools(donghu, client):
    plan = draft(donghu)
    assert "还没有公开" in page(client, "plan", plan.public_id, status=404)
    client.force_login(donghu.user("zhou"))
    page(client, "plan", plan.public_id, status=404)
    page(client, "manage_plan", plan.public_id, status=404)


# ---- school


@pytest.mark.parametrize("name", ["school_plans", "new_plan", "school_offerings", "courses_template"])
def test_the_schools_pages_need_sign_in_and_a_post(donghu, client, name):
    response = client.get(reverse(f"programmes:{name}"))
    assert response.status_code == 303 and response["Location"].startswith("/sign-in/?next=")
    client.force_login(donghu.user("wu"))
    page(client, name, status=403)


def test_the_registrars_pages_work(lin):
    for name in ("school_plans", "new_plan", "school_offerings"):
        text = page(lin, name)
        assert "<h1>" in text
    assert lin.get(reverse("programmes:courses_template")).status_code == 200


def test_from_offering_to_publication_without_script(lin, donghu):
    send(
        lin,
        "school_offerings",
        data={"programme": "510202", "year": "2025", "department": "信息系", "state": "offered"},
        status=303,
    )
    form = {
        "programme": "510202",
        "cohort": "2025",
        "entry": "senior",
        "duration": "3",
        "credits": "140",
        "hours_per_credit": "16",
        "name": "",
        "based_on": "",
    }
    response = send(lin, "new_plan", data=form, status=303)
    plan = CurriculumPlan.objects.get()
    assert response["Location"].endswith(f"/school/plans/{plan.public_id}/")
    assert "请上传课程表" in page(lin, "manage_plan", plan.public_id)
    send(lin, "upload_courses", plan.public_id, data={"courses": upload(course_book())}, status=303)
    text = page(lin, "manage_plan", plan.public_id)
    assert "课程表已保存" in text and "没有不达标的项目" in text
    digest = text.split('name="digest" value="')[1].split('"')[0]
    send(lin, "publish_plan", plan.public_id, data={"digest": digest}, status=303)
    plan.refresh_from_db()
    assert plan.state == "published"
    assert "需要调整？" in page(lin, "manage_plan", plan.public_id)


def test_a_wrong_form_keeps_what_was_typed_and_names_each_field(lin):
    form = {
        "programme": "510203",
        "cohort": "今年",
        "entry": "",
        "duration": "三",
        "credits": "1.234",
        "hours_per_credit": "x",
    }
    text = send(lin, "new_plan", data=form, status=422).content.decode()
    for code in ("PRG-043", "PRG-033", "PRG-034", "PRG-035"):
        assert code in text
    assert 'value="1.234"' in text and 'href="#f-duration"' in text
    assert not CurriculumPlan.objects.exists()


def test_refusals_of_the_rules_stand_at_their_field_too(lin):
    form = {
        "programme": "510203",
        "cohort": "2025",
        "entry": "x",
        "duration": "9",
        "credits": "1",
        "hours_per_credit": "16",
    }
    text = send(lin, "new_plan", data=form, status=422).content.decode()
    assert 'id="e-duration-1"' in text and 'id="e-entry-1"' in text
    text = send(lin, "school_offerings", data={"programme": "310203", "year": "2025"}, status=422).content.decode()
    assert "PRG-021" in text and 'id="e-programme-1"' in text
    assert Offering.objects.count() == 1


def test_a_wrong_table_is_shown_with_rows_and_nothing_is_saved(lin, donghu):
    plan = draft(donghu)
    content = course_book(changes={(5, "实践学时"): 99, (7, "学分"): "三"})
    text = send(lin, "upload_courses", plan.public_id, data={"courses": upload(content)}, status=422).content.decode()
    assert "有 2 行需要修改，37 行没有问题。现在还没有保存任何数据。" in text
    assert "第 5 行" in text and "PRG-050" in text
    assert plan.courses.count() == 0
    address = text.split('href="/school/plans/')[1:]
    report = next("/school/plans/" + a.split('"')[0] for a in address if "/report/" in a)
    response = lin.get(report)
    assert response.status_code == 200 and response.content[:2] == b"PK"
    lin.force_login(donghu.user("zhou"))
    assert lin.get(report).status_code == 404


def test_what_is_odd_waits_for_a_tick_and_then_is_saved(lin, donghu):
    plan = draft(donghu)
    content = course_book([*good_courses(), course("X1", "学时偏多", "core", 1, 60, 0, 1)])
    text = send(lin, "upload_courses", plan.public_id, data={"courses": upload(content)}, status=422).content.decode()
    assert "有 1 处请您确认" in text and plan.courses.count() == 0
    file_id = text.split('name="file_id" value="')[1].split('"')[0]
    send(lin, "upload_courses", plan.public_id, data={"file_id": file_id, "confirmed": "1"}, status=303)
    assert plan.courses.count() == len(good_courses()) + 1


def test_a_file_that_is_none_is_refused_in_words(lin, donghu):
    plan = draft(donghu)
    text = send(lin, "upload_courses", plan.public_id, status=422).content.decode()
    assert "PRG-045" in text
    text = send(lin, "upload_courses", plan.public_id, data={"courses": upload(b"hello")}, status=422).content.decode()
    assert "编号 FIL-" in text or "编号 SHT-" in text


def test_publication_without_explanation_names_the_clause(lin, donghu):
    plan = draft(donghu)
    content = course_book([c for c in good_courses() if not c.code.startswith("GG3")], {})
    CurriculumPlan.objects.filter(pk=plan.pk).update(total_credits=13000)
    send(lin, "upload_courses", plan.public_id, data={"courses": upload(content)}, status=303)
    text = page(lin, "manage_plan", plan.public_id)
    assert "有 1 项没有达到国家规定：公共基础课学时占总学时" in text
    text = send(lin, "publish_plan", plan.public_id, status=422).content.decode()
    assert "PRG-039" in text and "教职成〔2019〕13号" in text
    reason = "面向退役军人，公共基础课按政策免修部分学时。"
    send(lin, "publish_plan", plan.public_id, data={"explanation": reason}, status=303)
    lin.logout()
    assert reason in page(lin, "plan", plan.public_id)


def test_another_schools_plan_cannot_be_changed(donghu, client):
    plan = published(donghu)
    client.force_login(donghu.user("zhou"))
    send(client, "upload_courses", plan.public_id, data={"courses": upload(course_book())}, status=403)
    send(client, "publish_plan", plan.public_id, status=403)
    page(client, "manage_plan", plan.public_id, status=403)


def test_drafts_stand_on_the_desk(lin, donghu):
    plan = draft(donghu)
    text = lin.get("/school/").content.decode()
    assert "待发布的人才培养方案" in text and plan.name in text


# ---- bureau

SUPPLEMENT = ["专业代码", "专业名称", "层次", "目录版本"]


def test_a_supplement_is_tried_first_then_entered(donghu, client):
    client.force_login(donghu.user("he"))
    page(client, "supplement")
    content = rows_book(
        SUPPLEMENT, [["510217", "人工智能数据工程技术", "高职专科", "2025"], ["510203", "软件技术", "高职专科", "2021"]]
    )
    data = {"programmes": upload(content, "增补.xlsx"), "origin": "增补清单原件"}
    text = send(client, "supplement", data=data).content.decode()
    assert "将新增 1 个专业" in text and not Programme.objects.filter(code="510217").exists()
    file_id = text.split('name="file_id" value="')[1].split('"')[0]
    send(client, "supplement", data={"file_id": file_id, "confirmed": "1", "origin": "增补清单原件"}, status=303)
    assert Programme.objects.get(code="510217").origin == "增补清单原件"


def test_a_wrong_supplement_is_shown_with_its_rows(donghu, client):
    client.force_login(donghu.user("he"))
    content = rows_book(
        SUPPLEMENT, [["510203", "软件工程", "高职专科", "2025"], ["310299", "某某技术", "高职专科", "2025"]]
    )
    text = send(client, "supplement", data={"programmes": upload(content, "增补.xlsx")}, status=422).content.decode()
    assert "PRG-006" in text and "PRG-002" in text and "第 3 行" in text
    report = "/bureau/programmes/report/" + text.split("/bureau/programmes/report/")[1].split('"')[0]
    assert client.get(report).content[:2] == b"PK"


def test_the_supplement_is_for_the_approving_authority(donghu, client):
    client.force_login(donghu.user("lin"))
    page(client, "supplement", status=403)
    client.force_login(donghu.user("chen"))
    page(client, "supplement", status=403)


def test_cohorts_and_days_are_those_of_the_baseline(donghu):
    assert published(donghu).law_on == date(2025, 10, 15)


def test_a_post_without_the_mandate_is_told_which_one_is_needed(donghu, client):
    client.force_login(donghu.user("ma"))
    text = page(client, "school_plans", status=403)
    assert "PRG-044" in text and "教务经办人" in text


def test_a_programme_page_takes_few_queries(donghu, client, django_assert_max_num_queries):
    published(donghu)
    with django_assert_max_num_queries(12):
        page(client, "programme", "510203")
