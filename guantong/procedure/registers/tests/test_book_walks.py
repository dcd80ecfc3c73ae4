"""Real definitions of the book, walked with a database: a teacher recognised, reported, found out and withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.public import SYSTEM, VISITOR
from guantong.base.files.models import StoredFile
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.kernel.tokens import public_id
from guantong.procedure.cases import handlers
from guantong.procedure.cases.actions import act, add_material, open_case, scan_deadlines
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import replay
from guantong.procedure.publicity.actions import complain
from guantong.procedure.publicity.actions.letters import Letter
from guantong.procedure.registers.actions import open_about
from guantong.procedure.registers.models import HeldTitle
from tests.cast import PASSWORD, Cast

SUBJECT = "projects.declaration"
SERIAL = count(1)
DUAL: dict[str, Any] = {
    "level": "middle",
    "theory_ability": True,
    "skill_grade": "senior",
    "enterprise_years": "3",
    "enterprise_project": False,
    "contest_prize": False,
    "applied_result": False,
    "practice_months": "1",
}


@pytest.fixture(autouse=True)
def _handler(monkeypatch: pytest.MonkeyPatch) -> None:
    """The generic desk's handler, or one that does nothing where it is not installed."""
    known = dict(handlers._HANDLERS)
    known[SUBJECT] = handlers.Handler(link_for=lambda case: f"/cases/{case.public_id}/")
    monkeypatch.setattr(handlers, "_HANDLERS", known)


@pytest.fixture
def town(cast: Cast) -> Cast:
    """The cast with an approver at the city's authority."""
    account = create_user(
        actor=SYSTEM, username="gu.staff", display_name="顾局长", password=PASSWORD, must_change_password=False
    )
    cast.users["gu"] = account.user.pk
    grant_post(
        actor=SYSTEM,
        user_id=account.user.pk,
        organisation_id=cast.city_bureau,
        role="bureau_approver",
        department="",
        in_force_from=date(2025, 9, 1),
    )
    return cast


def opened(cast: Cast, who: str, procedure: str, **more: Any) -> Case:
    return open_case(
        actor=cast.actor(who),
        definition=procedure,
        region="990000",
        subject=(SUBJECT, next(SERIAL)),
        organisation_id=cast.donghu,
        **more,
    )


def did(cast: Cast, case: Case, who: str, action: str, **more: Any) -> Case:
    case.refresh_from_db()
    given: dict[str, Any] = {"revision": case.revision, "opinion": "意见。", **more}
    return act(actor=cast.actor(who), case_id=case.pk, action=action, **given)


def hand_in(cast: Cast, case: Case, who: str, *requirements: str) -> None:
    for requirement in requirements:
        case.refresh_from_db()
        file = StoredFile.objects.create(
            public_id=public_id(12),
            sha256=f"{next(SERIAL):064d}",
            name="证明.pdf",
            kind="evidence",
            media_type="application/pdf",
            size=1000,
            person_id=case.person_id,
            organisation_id=case.organisation_id if case.person_id is None else None,
            uploaded_by_id=cast.users[who],
            uploaded_at=clock.now(),
        )
        add_material(
            actor=cast.actor(who), case_id=case.pk, requirement=requirement, file_id=file.pk, revision=case.revision
        )


def recognised(cast: Cast) -> Case:
    """Wu is recognised as a dual-qualified teacher."""
    case = opened(cast, "wu", "dual-qualified-teacher", person_id=cast.people["wu"])
    hand_in(cast, case, "wu", "proofs", "practice_record")
    with pytest.raises(Refusal) as refused:
        did(cast, case, "wu", "submit", values={**DUAL, "level": "senior"})
    assert refused.value.code == "PRC-147"
    case = did(cast, case, "wu", "submit", values=DUAL)
    case = did(cast, case, "sun", "approve")
    case = did(cast, case, "chen", "approve")
    assert case.step == "notice" and case.due_on is not None
    with clock.frozen_at(clock.now() + timedelta(days=20)):
        scan_deadlines()
        case.refresh_from_db()
        assert case.step == "decide"
        case = did(cast, case, "gu", "approve")
    assert (case.state, case.outcome) == ("closed", "recognised")
    assert replay(case)[1] == []
    return case


def test_a_teacher_is_recognised_reported_and_loses_the_title(town: Cast) -> None:
    case = recognised(town)
    title = HeldTitle.objects.get(entries__case=case)
    assert (title.register, title.person_id) == ("dual-qualified-teachers", town.people["wu"])
    with clock.frozen_at(clock.now() + timedelta(days=30)):
        letter, _ = complain(
            actor=VISITOR,
            procedure="ethics-report",
            region="990000",
            organisation_id=town.donghu,
            form={"teacher": "吴老师", "school_name": "东湖职业技术学院", "kind": "abuse"},
            letter=Letter("上课时当众侮辱学生。"),
            asker="address:10.0.0.1",
        )
        letter = did(town, letter, "chen", "approve")
        letter = did(town, letter, "chen", "proved")
        letter = did(town, letter, "gu", "proved")
        assert letter.outcome == "proved"

        early = open_about(actor=town.chen, definition="dual-qualified-withdrawal", number=title.number)
        grounds = {"ground": "ethics", "proof": "来信查实。", "heard": True}
        with pytest.raises(Refusal) as refused:
            did(town, early, "chen", "submit", values=grounds)
        assert refused.value.code == "PRC-147"

        finding = opened(town, "chen", "teacher-ethics-finding", person_id=town.people["wu"])
        hand_in(town, finding, "chen", "decision")
        today = clock.today().isoformat()
        found = {"kind": "abuse", "heard": True, "decided_on": today, "facts_found": "当众侮辱学生。"}
        finding = did(town, finding, "chen", "submit", values=found)
        finding = did(town, finding, "gu", "approve")
        assert finding.outcome == "recorded"

        early = did(town, early, "chen", "submit", values=grounds)
        early = did(town, early, "gu", "approve")
        assert early.outcome == "taken"
        title.refresh_from_db()
        assert list(title.entries.order_by("pk").values_list("kind", flat=True)) == ["grant", "withdraw"]

        again = opened(town, "wu", "dual-qualified-teacher", person_id=town.people["wu"])
        hand_in(town, again, "wu", "proofs", "practice_record")
        with pytest.raises(Refusal) as refused:
            did(town, again, "wu", "submit", values=DUAL)
        assert refused.value.code == "PRC-145" and "师德" in str(refused.value)
    for each in (case, letter, finding, early):
        each.refresh_from_db()
        assert replay(each)[1] == []
