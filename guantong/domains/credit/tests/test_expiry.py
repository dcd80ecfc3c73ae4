"""Expiry: found by the partial index alone, posted once, and what is under application is left alone."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.actions.corrections import expire_achievements
from guantong.domains.credit.models import Achievement, CreditAccount, LedgerEntry
from guantong.domains.credit.selectors.lists import due_to_expire
from guantong.domains.credit.tests.scene import Scene, build_scene
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LAST = date(2025, 12, 31)


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """东湖职院 with a plan, rules and 小赵."""
    return build_scene(cast)


def test_what_is_due_is_read_from_the_partial_index(scene: Scene) -> None:
    scene.achievement(valid_until=LAST)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = due_to_expire(date(2026, 1, 1))[:2000].explain()
    assert "achievement_expiring" in plan
    assert "SCAN credit_achievement" not in plan
    assert "TEMP B-TREE" not in plan


def test_it_expires_on_the_day_after_the_last_valid_one(scene: Scene) -> None:
    row = scene.achievement(valid_until=LAST)
    before = CreditAccount.objects.get(pk=scene.account_id)
    assert row.available > 0
    assert expire_achievements(actor=SYSTEM, on=LAST) == 0
    assert expire_achievements(actor=SYSTEM, on=date(2026, 1, 1)) == 1
    row.refresh_from_db()
    assert (row.state, row.available) == ("expired", 0)
    after = CreditAccount.objects.get(pk=scene.account_id)
    assert after.expired == before.expired + before.recognised and after.recognised == 0
    assert LedgerEntry.objects.filter(achievement=row, kind="expire").count() == 1
    assert AuditLine.objects.filter(action="expire_achievements").count() == 1
    assert expire_achievements(actor=SYSTEM, on=date(2026, 1, 1)) == 0
    assert LedgerEntry.objects.filter(achievement=row, kind="expire").count() == 1
    assert audit_ledger().is_clean


def test_what_is_under_application_is_decided_as_of_its_own_day(scene: Scene) -> None:
    row = scene.achievement(valid_until=LAST)
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    reserved = application.items.get().hundredths
    row.refresh_from_db()
    left = row.available
    assert expire_achievements(actor=SYSTEM, on=date(2026, 1, 1)) == (1 if left else 0)
    row.refresh_from_db()
    assert (row.reserved, row.available, row.state) == (reserved, 0, "recognised")
    assert audit_ledger().is_clean


def test_nothing_due_writes_nothing(scene: Scene) -> None:
    scene.achievement(valid_until=LAST)
    entries, lines = LedgerEntry.objects.count(), AuditLine.objects.count()
    assert expire_achievements(actor=SYSTEM, on=date(2025, 11, 1)) == 0
    assert (LedgerEntry.objects.count(), AuditLine.objects.count()) == (entries, lines)
    assert Achievement.objects.get().state == "recognised"
