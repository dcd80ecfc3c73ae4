"""Every refusal a deposit sheet can meet, by a small broken workbook: the cell she sees, and the words."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.people.models import Person
from guantong.base.sheets import actions, selectors, worker
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.actions.deposits import open_accounts
from guantong.domains.credit.models import Achievement, CreditAccount, LedgerEntry
from guantong.kernel import clock
from guantong.kernel.refusal import Weight
from tests.cast import invented_id_number

from .importing import course, findings, imported, line, places, sheet, skill, upload
from .scene import build_scene

pytestmark = pytest.mark.django_db
OTHER = invented_id_number(41)


@pytest.mark.parametrize(
    ("row", "code", "cell", "words"),
    [
        (skill(等级=""), "CRD-011", "F2", "职业技能等级证书要写明等级"),
        (skill(等级="特高级"), "CRD-012", "F2", "“特高级”不是职业技能等级证书的等级"),
        (skill(成果类型="1+X 证书", 等级="高级工"), "CRD-012", "F2", "“高级工”不是1+X 证书的等级"),
        (line(取得日期=date(2025, 10, 16)), "CRD-013", "L2", "晚于今天"),
        (line(有效期至=date(2025, 6, 29)), "CRD-014", "M2", "早于取得日期"),
        (line(学时=""), "CRD-017", "I2", "培训记录要写明学时或学分"),
        (course(学时="", 学分=""), "CRD-017", "I2", "学校课程要写明学时或学分"),
        (skill(证书编号=""), "CRD-019", "K2", "职业技能等级证书要写明证书编号"),
        (line(取得日期=date(2005, 3, 7)), "CRD-020", "L2", "早于本人出生日期"),
        (line(成果类型="竞赛获奖", 等级="省级", 学时=""), "CRD-021", "G2", "竞赛获奖要写明名次"),
        (course(成绩=""), "CRD-022", "H2", "学校课程要写明成绩"),
    ],
)
def test_each_mistake_is_told_at_its_cell_and_nothing_can_be_imported(cast, row, code, cell, words):
    job = upload(cast, sheet(row), who="zhang", where="enterprise")
    assert places(job) == [(code, cell)]
    assert words in findings(job)[0].message
    assert (job.rows_bad, job.rows_total) == (1, 1)
    assert Achievement.objects.count() == 0


def test_all_mistakes_of_a_row_are_told_at_once(cast):
    job = upload(cast, sheet(course(成绩="", 学时="", 学分="", 取得日期=date(2025, 12, 1), 有效期至=date(2025, 1, 1))))
    assert [p[0] for p in places(job)] == ["CRD-022", "CRD-017", "CRD-013", "CRD-014"]


def test_rows_that_are_the_same_achievement_name_one_another(cast):
    job = upload(cast, sheet(line(), line(成果名称="安全培训"), line()), who="zhang", where="enterprise")
    assert places(job) == [("CRD-034", "D4")]
    assert "与第 2 行" in findings(job)[0].message


def test_one_certificate_number_for_two_people_of_a_file_is_refused(cast):
    job = upload(cast, sheet(skill(), skill(姓名="钱一诺", 身份证号=OTHER)))
    assert places(job) == [("CRD-100", "K3")]
    assert "与第 2 行的证书编号相同" in findings(job)[0].message


def test_a_certificate_in_somebody_elses_account_is_refused(cast):
    imported(cast, sheet(skill()))
    job = upload(cast, sheet(skill(姓名="钱一诺", 身份证号=OTHER, 成果名称="电工（补录）")))
    assert places(job) == [("CRD-033", "K2")]
    assert "“Y001”的职业技能等级证书已经记在另一个账户下" in findings(job)[0].message


def test_the_same_number_of_another_issuer_is_another_certificate(cast):
    imported(cast, sheet(skill()))
    job = upload(cast, sheet(skill(姓名="钱一诺", 身份证号=OTHER, 颁发单位="别的机构")))
    assert places(job) == []


def test_a_registered_number_under_another_name_is_refused(cast):
    imported(cast, sheet(line()))
    job = upload(cast, sheet(line(姓名="钱一诺", 成果名称="安全培训")))
    assert places(job) == [("PPL-011", "A2")]
    assert "赵**" in findings(job)[0].message or "赵*" in findings(job)[0].message


def test_declared_credits_above_the_rule_wait_for_her_tick(cast):
    job = upload(cast, sheet(skill(学分=9)))
    (problem,) = findings(job)
    assert (problem.code, problem.weight, problem.where.column) == ("CRD-031", Weight.PLEASE_CONFIRM, "J")
    assert "申报 9 学分，按规则只能认定 4 学分" in problem.message
    assert problem.basis is not None
    assert "第四条" in problem.basis.sentence()
    assert (job.rows_bad, job.rows_to_confirm) == (0, 1)
    actions.confirm_import(actor=cast.lin, job_id=job.pk, is_ticked=True)
    worker.run_one_job(job.pk)
    achievement = Achievement.objects.get()
    assert (achievement.declared, achievement.recognised_total, achievement.available) == (900, 400, 400)
    kinds = list(LedgerEntry.objects.order_by("sequence").values_list("kind", "hundredths"))
    assert kinds == [("deposit", 900), ("recognise", 400), ("refuse", 500)]


def test_a_course_for_someone_without_a_student_record_waits_for_her_tick(cast):
    build_scene(cast)
    rows = (course(), course(成果名称="机械制图"), course(姓名="小赵", 身份证号=cast.id_numbers["zhao"]))
    job = upload(cast, sheet(*rows))
    (problem,) = findings(job)  # once a learner; 小赵 is a student of the school
    assert (problem.code, problem.weight) == ("CRD-024", Weight.PLEASE_CONFIRM)
    assert (problem.where.row, problem.where.column, problem.where.value) == (2, "A", "赵小禾")
    assert job.rows_to_confirm == 1


def test_training_bodies_are_not_asked_for_student_records(cast):
    assert places(upload(cast, sheet(course()), who="zhang", where="enterprise")) == []


def test_rows_already_deposited_are_told_and_passed_over(cast):
    imported(cast, sheet(line(), skill()))
    job = upload(cast, sheet(line(), skill(), line(成果名称="安全培训")))
    found = findings(job)
    assert [(p.code, p.where.row, p.weight) for p in found] == [
        ("CRD-032", 2, Weight.TIDIED),
        ("CRD-032", 3, Weight.TIDIED),
    ]
    assert "2025年10月15日" in found[0].message
    assert (job.rows_bad, job.rows_to_confirm, job.problem_count) == (0, 0, 0)
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    job = worker.run_one_job(job.pk)
    assert (job.counts["posted"], job.counts["known"]) == (1, 2)
    assert Achievement.objects.count() == 3
    assert audit_ledger().is_clean


def test_the_same_file_again_is_refused_whole(cast):
    content = sheet(line())
    imported(cast, content)
    with pytest.raises(Exception, match="JOB-001"):
        upload(cast, content, name="别的名字.xlsx")
    assert Achievement.objects.count() == 1


def test_a_good_sheet_becomes_accounts_achievements_and_entries(cast):
    job = imported(cast, sheet(line(), skill(), course(姓名="小吴", 身份证号=cast.id_numbers["wu"])))
    assert (job.rows_done, job.counts["posted"], job.counts["more"]) == (3, 3, {"已认定": 3})
    assert CreditAccount.objects.count() == 2
    new = Person.objects.get(name="赵小禾")
    account = CreditAccount.objects.get(person=new)
    assert (account.recognised, account.deposited, account.sequence) == (350 + 400, 0, 4)
    training = Achievement.objects.get(kind="training")
    assert (training.available, training.issuer_id, training.issuer_name) == (350, cast.donghu, "东湖职业技术学院")
    assert training.valid_until == date(2030, 6, 30)
    assert (training.recognition["rule"], training.recognition["valid_until"]) == ("by_hours", "2030-06-30")
    assert Achievement.objects.get(kind="skill_grade").recognition["valid_until"] is None
    assert any("第六条" in clause for _, clause in training.recognition["steps"])
    report = audit_ledger()
    assert (report.entries, report.faults) == (6, [])
    assert AuditLine.objects.filter(action="deposit_achievements").count() == 1


def test_a_course_not_passed_is_kept_and_recognised_with_nothing(cast):
    job = imported(cast, sheet(course(成绩="54")), who="zhang", where="enterprise")
    assert job.counts["more"] == {"未予认定": 1}
    achievement = Achievement.objects.get()
    assert (achievement.state, achievement.recognised_total) == ("refused", 0)
    assert "54" in achievement.recognition["reason"]
    assert audit_ledger().is_clean


def test_cancelling_while_posting_takes_everything_back_and_the_file_can_come_again(cast, monkeypatch):
    monkeypatch.setattr(worker, "post_chunk", _cancelling(cast, worker.post_chunk))
    rows = [line(成果名称=f"培训{n}") for n in range(2200)]
    content = sheet(*rows)
    job = upload(cast, content)
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    job = worker.run_one_job(job.pk)
    assert job.state == "cancelling"
    assert Achievement.objects.count() == 2000
    job = worker.run_one_job(job.pk)
    assert (job.state, job.rows_done) == ("cancelled", 0)
    assert set(Achievement.objects.values_list("state", "available")) == {("revoked", 0)}
    account = CreditAccount.objects.get()
    assert (account.recognised, account.deposited, account.sequence) == (0, 0, 8000)
    report = audit_ledger()
    assert (report.entries, report.faults) == (8000, [])
    assert AuditLine.objects.filter(action="reverse_import", subject_kind="credit.deposit").count() == 4
    monkeypatch.undo()
    job = imported(cast, content)
    assert (job.counts["posted"], job.counts["known"]) == (2200, 0)
    account.refresh_from_db()
    assert account.recognised == 2200 * 350
    assert audit_ledger().is_clean


def test_what_is_in_use_when_a_job_is_cancelled_stays_and_is_named(cast):
    from guantong.base.sheets.models import ImportJob
    from guantong.domains.credit.actions.posting import post
    from guantong.domains.credit.rules.ledger import Transfer

    job = imported(cast, sheet(line(), skill(), line(成果名称="安全培训")))
    used = Achievement.objects.get(kind="skill_grade")
    post({used.account_id: [Transfer(used.pk, "reserve", 100, "a:1")]})
    ImportJob.objects.filter(pk=job.pk).update(state="cancelling", finished_at=None)
    job = worker.run_one_job(job.pk)
    assert job.state == "cancelled"
    assert dict(Achievement.objects.values_list("kind", "state")) == {
        "training": "revoked",
        "skill_grade": "recognised",
    }
    last = AuditLine.objects.filter(subject_kind="credit.deposit", action="reverse_import").latest("id")
    assert last.facts == {"in_use": [used.public_id]}
    assert audit_ledger().is_clean


def _cancelling(cast, original):
    def post_then_cancel(job_id, *rest):
        counts = original(job_id, *rest)
        actions.cancel_import(actor=cast.lin, job_id=job_id)
        return counts

    return post_then_cancel


def test_a_certificate_taken_by_another_between_check_and_posting_stops_the_job(cast):
    job = upload(cast, sheet(skill()))
    actions.confirm_import(actor=cast.lin, job_id=job.pk)
    imported(cast, sheet(skill(姓名="钱一诺", 身份证号=OTHER)))
    job = worker.run_one_job(job.pk)
    assert (job.state, [p["code"] for p in job.stop]) == ("stopped", ["JOB-010", "CRD-033"])
    assert Achievement.objects.count() == 1
    assert not Person.objects.filter(name="赵小禾").exists()


def test_others_may_not_deposit_here(cast):
    from guantong.kernel.refusal import Refusal

    for who, where in (("zhou", "donghu"), ("wu", "donghu"), ("chen", "city_bureau")):
        with pytest.raises(Refusal) as caught:
            upload(cast, sheet(line()), who=who, where=where)
        assert caught.value.code.startswith("ACC-")


def test_traditional_script_and_full_width_are_understood(cast):
    titles = ["姓名", "身分證號", "成果類型", "成果名稱", "等級", "證書編號", "取得日期"]
    from guantong.base.sheets.tests.books import book

    row = ["趙小禾", invented_id_number(40), "職業技能等級證書", "電工", "中級工", "Ｙ００２", "2025/6/30"]
    job = imported(cast, book([titles, row], sheet="成果"))
    achievement = Achievement.objects.get()
    assert (achievement.kind, achievement.level, achievement.certificate_number) == ("skill_grade", 3, "Y002")
    assert {n["code"] for n in job.notes} >= {"SHT-061"} or job.notes


def test_the_template_can_be_filled_and_handed_in(cast):
    import io

    import openpyxl

    from guantong.base.sheets.writing import write_template
    from guantong.domains.credit.sheets.deposit import DEPOSIT_SHEET

    filled = openpyxl.load_workbook(io.BytesIO(write_template(DEPOSIT_SHEET)))
    page = filled["学习成果存入表"]
    head = next(r for r in range(1, 12) if any(str(c.value or "").startswith("姓名") for c in page[r]))
    titles = {str(c.value).rstrip("*").removesuffix("（必填）"): c.column for c in page[head] if c.value}
    for title, value in line().items():
        page.cell(row=head + 2, column=titles[title], value=value)
    target = io.BytesIO()
    filled.save(target)
    job = imported(cast, target.getvalue())
    assert job.counts["posted"] == 1


def test_system_work_may_deposit_for_an_organisation(cast):
    job = actions.upload_sheet(
        actor=SYSTEM,
        kind="achievement_deposit",
        organisation_id=cast.enterprise,
        content=sheet(line()),
        name="成果.xlsx",
    )
    assert worker.run_one_job(job.pk).state == "checked"


def test_people_without_an_account_get_one_once(cast):
    first = open_accounts([cast.wu_person, cast.zhao_person])
    assert open_accounts([cast.zhao_person, cast.wu_person]) == first
    assert CreditAccount.objects.filter(opened_on=clock.today()).count() == 2
    numbers = set(CreditAccount.objects.values_list("number", flat=True))
    assert all(len(n) == 16 and n.startswith("XF") and n[2:].isdigit() for n in numbers)
    assert len(numbers) == 2


def test_problem_pages_hold_the_same_as_the_check_found(cast):
    rows = [skill(证书编号="", 成果名称=f"电工{n}") for n in range(130)]
    job = upload(cast, sheet(*rows))
    assert job.rows_bad == 130
    assert len(list(selectors.list_problems(job))) == 130


def test_certificates_are_looked_up_by_their_index(cast):
    from django.db import connection

    imported(cast, sheet(skill()))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            ("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ")
            + "SELECT id FROM credit_achievement "
            "WHERE certificate_number IN ('a', 'b') AND NOT (certificate_number = '')"
        )
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "achievement_certificate" in plan
