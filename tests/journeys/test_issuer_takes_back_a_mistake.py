"""张经理 of an enterprise deposits by sheet, finds a row was another person's, takes it back; 小赵 reads why."""

from __future__ import annotations

import pytest

from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.models import Achievement, LedgerEntry
from guantong.domains.credit.tests.importing import line, sheet

pytestmark = pytest.mark.journey
REASON = "录错了人，应为同名的另一位学员。"


def test_a_deposit_is_taken_back_with_a_reason(scene, person):
    zhang = person("zhang")
    when_he_deposits_a_sheet(zhang, scene)
    zhao = person("zhao", width=390)
    then_the_learner_has_the_credits(zhao)
    when_he_takes_back_the_wrong_row(zhang)
    then_the_learner_reads_the_notice_and_sees_the_reversal(zhao)
    then_nothing_was_erased_and_the_other_row_stands(zhao)


def when_he_deposits_a_sheet(zhang, scene):
    number = scene.cast.id_numbers["zhao"]
    content = sheet(
        line(姓名="小赵", 身份证号=number, 成果名称="安全生产培训", 学时=32),
        line(姓名="小赵", 身份证号=number, 成果名称="数控技术提高班", 学时=64),
    )
    zhang.follows("存入成果")
    zhang.attaches("表格文件", "九月培训.xlsx", content)
    zhang.presses("上传并检查")
    zhang.sees("全部 2 行都没有问题。现在还没有保存任何数据。")
    assert not Achievement.objects.exists()
    zhang.presses("导入这 2 行")
    zhang.sees("已经存入 2 行。")


def then_the_learner_has_the_credits(zhao):
    zhao.opens("/learner/account/")
    assert "已认定" in zhao.row("数控技术提高班").inner_text()
    assert "已认定" in zhao.row("安全生产培训").inner_text()


def when_he_takes_back_the_wrong_row(zhang):
    zhang.follows("已存入的成果")
    row = zhang.row("数控技术提高班")
    assert "小赵" not in row.inner_text(), "the issuer sees only part of the name"
    zhang.unfolds("撤销", within=row)
    zhang.fills("理由", REASON, within=row)
    zhang.presses("撤销这项成果", within=row)
    zhang.sees("已撤销“数控技术提高班”，分录已冲正，本人会收到通知。")
    assert zhang.questions[-1] == "撤销会写入冲正分录，本人会收到通知。确定吗？"


def then_the_learner_reads_the_notice_and_sees_the_reversal(zhao):
    zhao.opens("/notices/")
    zhao.sees("数控技术提高班", REASON)
    zhao.opens("/learner/account/")
    words = zhao.row("数控技术提高班").inner_text()
    assert "已撤销" in words
    zhao.follows("数控技术提高班")
    zhao.sees("冲正", REASON)


def then_nothing_was_erased_and_the_other_row_stands(zhao):
    wrong, good = Achievement.objects.get(title="数控技术提高班"), Achievement.objects.get(title="安全生产培训")
    assert (wrong.state, good.state) == ("revoked", "recognised")
    reversed_ones = LedgerEntry.objects.filter(achievement=wrong, reverses__isnull=False)
    assert reversed_ones.count() == LedgerEntry.objects.filter(achievement=wrong, reverses__isnull=True).count() > 0
    assert good.account.recognised == good.recognised_total > 0
    assert audit_ledger().is_clean
