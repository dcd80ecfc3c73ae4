"""林老师 registers a programme, publishes a plan, enrols 小赵 by roster and deposits her courses; 孙科长 certifies.

The certificate is a PDF whose address, opened by a visitor, verifies.
"""

from __future__ import annotations

import io
import re
from datetime import date

import pypdf
import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.base.sheets.tests.books import book
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.models import Certificate
from guantong.domains.credit.tests.importing import course, sheet
from guantong.domains.programmes.actions import load_catalogue
from guantong.domains.programmes.models import CurriculumPlan, StudentRecord
from guantong.domains.programmes.tests.books import course_book
from guantong.domains.programmes.tests.plans import course as entry

pytestmark = pytest.mark.journey
COURSES = (
    ("GG01", "大学英语", "public", 4, 64),
    ("HX01", "程序设计", "core", 4, 64),
    ("HX02", "数据库技术", "core", 3, 48),
)


def test_from_a_plan_to_a_certificate(cast, person):
    load_catalogue(actor=SYSTEM)
    lin = person("lin")
    when_the_programme_is_registered(lin)
    when_a_plan_is_drafted_and_published_with_its_reason(lin)
    when_the_roster_is_imported(lin, cast)
    sun = person("sun")
    then_no_certificate_may_be_issued_yet(sun)
    when_her_courses_are_deposited(lin, cast)
    number = when_the_academic_officer_certifies(sun)
    then_the_pdf_names_the_address_and_a_visitor_verifies_it(sun, person(width=390), number, cast)
    then_the_learner_is_told(person("zhao", width=390), number)
    assert audit_ledger().is_clean


def when_the_programme_is_registered(lin):
    lin.follows("专业设置")
    lin.fills("专业代码", "510203")
    lin.fills("招生年度", "2025")
    lin.fills("所属院系", "信息工程系")
    lin.presses("登记")
    assert "软件技术" in lin.row("510203").inner_text()


def when_a_plan_is_drafted_and_published_with_its_reason(lin):
    lin.follows("人才培养方案")
    lin.follows("新建方案")
    lin.chooses("专业", "510203 软件技术")
    lin.fills("适用年级", "2025")
    lin.chooses("招生对象", "高中阶段毕业")
    lin.fills("学制（年）", "3")
    lin.fills("毕业总学分", "11")
    lin.fills("每学分学时", "16")
    lin.presses("新建草案")
    lin.sees("草案，请上传课程表。")
    lin.attaches("课程表（xlsx）", "课程表.xlsx", course_book([entry(*c, 20, 1) for c in COURSES]))
    lin.presses("上传并检查")
    lin.sees("数据库技术", "项没有达到国家规定")
    lin.fills("未达标说明", "试点班的小方案，学时另行安排。")
    lin.presses("发布方案")
    lin.sees("已发布")
    assert CurriculumPlan.objects.get().state == "published"


def when_the_roster_is_imported(lin, cast):
    titles = ["姓名", "证件号码", "学号", "专业代码", "年级", "入学日期", "所属院系"]
    row = ["小赵", cast.id_numbers["zhao"], "2025001", "510203", 2025, date(2025, 9, 1), "信息工程系"]
    lin.follows("学生学籍")
    lin.follows("导入学生名册")
    lin.attaches("表格文件", "名册.xlsx", book([titles, row], sheet="学生名册"))
    lin.presses("上传并检查")
    lin.presses("导入这 1 行")
    assert StudentRecord.objects.get().person_id == cast.zhao_person
    lin.opens("/school/students/")
    assert "小赵" in lin.row("2025001").inner_text()


def then_no_certificate_may_be_issued_yet(sun):
    sun.follows("学生与账户")
    sun.follows("小赵")
    sun.sees("还没有修满，暂不能颁发证书。")


def when_her_courses_are_deposited(lin, cast):
    rows = [
        course(
            姓名="小赵", 身份证号=cast.id_numbers["zhao"], 成果名称=name, 代码=code, 成绩="88", 学时=hours, 学分=credits
        )
        for code, name, _, credits, hours in COURSES
    ]
    lin.follows("存入成果")
    lin.attaches("表格文件", "成绩.xlsx", sheet(*rows))
    lin.presses("上传并检查")
    lin.presses("导入这 3 行")
    lin.sees("已经存入 3 行。")


def when_the_academic_officer_certifies(sun):
    sun.opens(sun.path())
    sun.sees("培养方案的要求已经全部满足")
    sun.presses("颁发课程学习成果证书")
    assert "内容不能改" in sun.questions[-1]
    sun.sees("已颁发证书")
    return Certificate.objects.get().number


def then_the_pdf_names_the_address_and_a_visitor_verifies_it(sun, visitor, number, cast):
    content = sun.downloads("下载 PDF")
    assert content.startswith(b"%PDF")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    found = re.search(r"https?://\S+/verify/(\w+)/", text)
    assert found is not None
    assert found[1] == number
    visitor.opens(found[0])
    assert len(visitor.page.locator("main .grid .card").all()) == 4
    visitor.sees("东湖职业技术学院", "课程学习成果证书")
    visitor.does_not_see("不通过", cast.id_numbers["zhao"], "小赵")


def then_the_learner_is_told(zhao, number):
    zhao.opens("/notices/")
    zhao.follows(f"您的课程学习成果证书 {number} 已经颁发。")
    zhao.sees(number)
