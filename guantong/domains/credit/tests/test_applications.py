"""From application to decision, appeal and replay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guantong.domains.credit.actions.applications import apply_conversion, replay_application
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.actions.corrections import reverse_conversion, revoke_achievement
from guantong.domains.credit.models import ConversionApplication, CreditAccount, Exemption, LedgerEntry
from guantong.domains.credit.tests.scene import Scene, build_scene
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act, appeal_case, replay, withdraw_case
from tests.cast import BASELINE, Cast


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return build_scene(cast)


def decide(application: ConversionApplication, actor: object, action: str = "approve", **more: object) -> Case:
    case = Case.objects.get(pk=application.case_id)
    opinion = more.pop("opinion", "材料属实，同意。")
    return act(
        actor=actor,  # type: ignore[arg-type]
        case_id=case.pk,
        action=action,
        revision=case.revision,
        opinion=opinion,  # type: ignore[arg-type]
        values=more,
    )


def grant(scene: Scene, application: ConversionApplication) -> None:
    for actor in (scene.cast.ma, scene.cast.sun, scene.cast.qian):
        decide(application, actor)
    application.refresh_from_db()


def test_an_application_reserves_what_it_asks_for(scene: Scene) -> None:
    achievement = scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    achievement.refresh_from_db()
    item = application.items.get()
    assert achievement.reserved == item.hundredths > 0
    assert achievement.available == achievement.recognised_total - item.hundredths
    assert audit_ledger().is_clean


def test_a_second_application_is_refused_while_one_is_open(scene: Scene) -> None:
    scene.achievement()
    apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    entries = LedgerEntry.objects.count()
    with pytest.raises(Refusal) as caught:
        apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    assert caught.value.code == "CRD-054"
    assert LedgerEntry.objects.count() == entries


def test_granting_converts_and_writes_the_exemption(scene: Scene) -> None:
    achievement = scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    grant(scene, application)
    assert application.state == "granted"
    achievement.refresh_from_db()
    item = application.items.get()
    assert achievement.reserved == 0
    assert achievement.converted == item.hundredths
    assert Exemption.objects.get(item=item).course_id == item.course_id
    assert achievement.available == 0, "rule B: what is left over is lost"
    assert replay_application(application) == []
    assert audit_ledger().is_clean


def test_a_learner_refused_appeals_and_wins(scene: Scene) -> None:
    achievement = scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    case = decide(
        application,
        scene.cast.ma,
        "refuse",
        opinion={"text": "课程内容相差较大。", "reasons": ["content_differs"]},
    )
    application.refresh_from_db()
    achievement.refresh_from_db()
    assert application.state == "refused"
    assert achievement.reserved == 0
    assert achievement.available == achievement.recognised_total
    case.refresh_from_db()
    with clock.frozen_at(BASELINE + timedelta(days=1)):
        case = appeal_case(
            actor=scene.cast.zhao, case_id=case.pk, revision=case.revision, grounds="证书内容与课程一致，附对照表。"
        )
        application.refresh_from_db()
        assert application.state == "in_appeal"
        act(
            actor=scene.cast.chen,
            case_id=case.pk,
            action="overturn",
            revision=case.revision,
            opinion="内容一致，改变原决定。",
        )
    application.refresh_from_db()
    assert application.state == "granted"
    assert Exemption.objects.filter(student_record_id=scene.record.id).count() == 1
    assert audit_ledger().is_clean
    assert replay_application(application) == []
    assert replay(Case.objects.get(pk=case.pk))[1] == []


def test_withdrawing_releases_everything(scene: Scene) -> None:
    achievement = scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    case = Case.objects.get(pk=application.case_id)
    withdraw_case(actor=scene.cast.zhao, case_id=case.pk, revision=case.revision, reason="先不申请了。")
    achievement.refresh_from_db()
    application.refresh_from_db()
    assert (application.state, achievement.reserved) == ("withdrawn", 0)
    assert CreditAccount.objects.get(pk=scene.account_id).reserved == 0
    assert audit_ledger().is_clean


def test_nobody_applies_for_somebody_else(scene: Scene) -> None:
    scene.achievement()
    with pytest.raises(Refusal) as caught:
        apply_conversion(actor=scene.cast.wu, student_record=scene.record)
    assert caught.value.code == "CRD-050"
    assert not ConversionApplication.objects.exists()


def test_altered_facts_are_noticed_before_granting(scene: Scene) -> None:
    scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    facts = application.facts
    facts["achievements"][0]["recognised_hundredths"] = 100
    ConversionApplication.objects.filter(pk=application.pk).update(facts=facts)
    with pytest.raises(Refusal) as caught:
        decide(application, scene.cast.ma)
    assert caught.value.code == "CRD-065"


def test_the_bank_may_refuse_one_item_with_a_reason(scene: Scene) -> None:
    scene.achievement()
    scene.achievement(title="数据库 1+X 证书", subject_code="X-DB", certificate_number="X2025000002")
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    items = list(application.items.order_by("pk"))
    assert len(items) == 2
    decide(application, scene.cast.ma)
    decide(application, scene.cast.sun)
    decide(application, scene.cast.qian, refused_items=f"{items[0].pk}: 证书编号查不到")
    application.refresh_from_db()
    assert application.state == "partly_granted"
    items[0].refresh_from_db()
    assert (items[0].state, items[0].reason) == ("refused", "证书编号查不到")
    assert Exemption.objects.count() == 1
    assert audit_ledger().is_clean


def test_a_granted_conversion_can_be_reversed_and_the_achievement_then_revoked(scene: Scene) -> None:
    achievement = scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    grant(scene, application)
    with pytest.raises(Refusal):
        revoke_achievement(
            actor=scene.cast.zhang, achievement=achievement, reason="录错了人", organisation_id=scene.cast.enterprise
        )
    reverse_conversion(actor=scene.cast.qian, item=application.items.get(), reason="证书后来被颁发单位撤销")
    achievement.refresh_from_db()
    assert achievement.available == achievement.recognised_total
    assert Exemption.objects.get().revoked_at is not None
    revoke_achievement(
        actor=scene.cast.zhang, achievement=achievement, reason="录错了人", organisation_id=scene.cast.enterprise
    )
    achievement.refresh_from_db()
    assert (achievement.state, achievement.available, achievement.recognised_total) == ("revoked", 0, 0)
    assert audit_ledger().is_clean
