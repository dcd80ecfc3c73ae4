"""A visitor verifies a certificate by its number and by its file, a forged file, and a revoked certificate.

Four checks, each said by itself; never one yes or no.
"""

from __future__ import annotations

import json

import pytest

from guantong.domains.credit.actions.certificates import issue_statement, signed
from guantong.domains.credit.models import Certificate, CreditAccount

pytestmark = pytest.mark.journey
CHECKS = ("签发单位", "内容", "状态", "有效期")


@pytest.fixture
def statement(scene) -> Certificate:
    scene.achievement()
    return issue_statement(actor=scene.cast.zhao, account=CreditAccount.objects.get(pk=scene.account_id))


@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (390, False)])
def test_a_visitor_verifies_and_a_forgery_is_seen(scene, statement, person, width, scripts):
    visitor = person(width=width, scripts=scripts)
    when_the_number_is_typed_in(visitor, f" {statement.number[:6].lower()} {statement.number[6:]}")
    then_every_check_passes_by_itself(visitor)
    then_only_part_of_the_name_and_number_are_shown(visitor, scene)
    when_the_true_file_is_brought(visitor, statement)
    then_every_check_passes_by_itself(visitor)
    when_a_file_with_one_changed_digit_is_brought(visitor, statement)
    then_the_content_fails_and_the_reader_is_warned(visitor)
    when_a_number_that_does_not_exist_is_typed_in(visitor)
    then_it_says_what_to_do(visitor)
    when_something_that_is_no_certificate_is_brought(visitor)


def test_a_revoked_certificate_shows_its_reason(scene, statement, person):
    from guantong.domains.credit.actions.certificates import revoke_certificate

    Certificate.objects.filter(pk=statement.pk).update(issuer=scene.cast.donghu)
    revoke_certificate(
        actor=scene.cast.qian, certificate=Certificate.objects.get(pk=statement.pk), reason="持有人姓名写错。"
    )
    visitor = person()
    when_the_number_is_typed_in(visitor, statement.number)
    verdicts = said(visitor)
    assert verdicts["状态"].startswith("不通过")
    assert "持有人姓名写错" in verdicts["状态"]
    assert verdicts["内容"].startswith("通过"), "a revoked certificate was not altered"


def said(visitor) -> dict[str, str]:
    """Check → verdict and sentence, as the page shows them."""
    found = {}
    for card in visitor.page.locator("main .grid .card").all():
        title, _, text = card.inner_text().partition("\n")
        for label in ("不能判断", "不通过", "通过"):
            if title.strip().endswith(label):
                found[title.strip().removesuffix(label).strip()] = label + " " + text.strip()
                break
    return found


def when_the_number_is_typed_in(visitor, number):
    visitor.opens("/")
    visitor.fills("核验证书：证书编号", number)
    visitor.presses("核验")


def then_every_check_passes_by_itself(visitor):
    verdicts = said(visitor)
    assert len(verdicts) == 4, verdicts
    assert all(v.startswith("通过") for v in verdicts.values()), verdicts


def then_only_part_of_the_name_and_number_are_shown(visitor, scene):
    visitor.sees("小*")
    visitor.does_not_see("小赵", scene.cast.id_numbers["zhao"])


def when_the_true_file_is_brought(visitor, statement):
    bring(visitor, signed(statement).as_json())


def bring(visitor, value):
    visitor.opens("/verify/")
    content = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    visitor.attaches("签名文件", "证书.json", content, "application/json")
    visitor.presses("查验文件")


def when_a_file_with_one_changed_digit_is_brought(visitor, statement):
    value = signed(statement).as_json()
    balances = value["content"]["balances"]
    changed = next(b for b in balances if b["credits"] != "0")
    changed["credits"] = str(int(float(changed["credits"])) + 1)
    bring(visitor, value)


def then_the_content_fails_and_the_reader_is_warned(visitor):
    verdicts = said(visitor)
    assert verdicts["内容"].startswith("不通过"), verdicts
    assert any(v.startswith("通过") for v in verdicts.values()), "one failed check does not hide the others"
    visitor.sees("内容一项没有通过，下面的文字可能被改动过，不要采信。")


def when_a_number_that_does_not_exist_is_typed_in(visitor):
    when_the_number_is_typed_in(visitor, "GT990000202500000000")


def then_it_says_what_to_do(visitor):
    visitor.sees("查不到编号为“GT990000202500000000”的证书", "编号 CRD-005")


def when_something_that_is_no_certificate_is_brought(visitor):
    bring(visitor, b"[1, 2")
    visitor.sees("不是本平台签发的证书文件", "编号 CRD-083")
