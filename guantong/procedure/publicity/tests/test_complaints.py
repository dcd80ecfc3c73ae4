"""Complaints: written without an account, handled by their post, followed by the code; nobody learns who wrote."""

from __future__ import annotations

import pytest

from guantong.base.audit.models import AuditLine
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import replay, to_do_for
from guantong.procedure.publicity.actions import add_statement, continue_complaint, open_identity, reply
from guantong.procedure.publicity.actions.letters import find_by_code
from guantong.procedure.publicity.models import Complaint, Sender
from guantong.procedure.publicity.selectors.letters import show_letter

from .conftest import NAMELESS
from .test_objections import ASKER, everything_stored


def test_a_complaint_waits_at_the_handling_post_and_names_nobody(world):
    case, code = world.complained()
    assert case.step == "receive"
    assert [t.case.pk for t in to_do_for(world.cast.chen).rows] == [case.pk]
    assert not to_do_for(world.cast.sun).rows
    assert {line.actor_label for line in CaseAction.objects.filter(case=case)} == {"访客"}
    assert case.declared_by == "访客" and case.declared_by_id is None
    stored = everything_stored()
    for secret in ("郑重声", "13900001111", code):
        assert secret not in stored
    assert replay(case)[1] == []


def test_somebody_signed_in_complains_as_a_visitor(world):
    case, _ = world.complained(actor=world.cast.wu)
    assert (case.declared_by, case.declared_by_id, case.person_id) == ("访客", None, None)
    assert not AuditLine.objects.filter(actor_user_id=world.cast.wu.user_id, subject_kind="cases.case").exists()


def test_the_whole_way_of_a_complaint(world):
    case, code = world.complained(NAMELESS)
    sender = find_by_code(code, ASKER)
    world.act(case, "chen", "return", opinion="请写明时间。")
    shown = show_letter(sender)
    assert (shown.is_asked, shown.state) == (True, "补充")
    reply(actor=world.cast.chen, sender=sender, text="请写明时间和地点。")
    continue_complaint(sender=sender, what="supplement", text="九月一日，教室里。", asker=ASKER)
    case.refresh_from_db()
    assert case.step == "receive"
    add_statement(sender=sender, text="还有录音。", asker=ASKER)
    world.act(case, "chen", "approve", opinion="已查实。")
    shown = show_letter(sender)
    assert (shown.state, shown.text, shown.may_add) == ("查实", "您反映的情况已经查实并作了处理。", False)
    said = [line.text for line in shown.lines]
    assert said == [f"被反映的教师：某教师\n{NAMELESS.text}", "请写明时间和地点。", "九月一日，教室里。", "还有录音。"]
    with pytest.raises(Refusal) as refused:
        add_statement(sender=sender, text="再补充。", asker=ASKER)
    assert refused.value.code == "PUB-117"
    assert replay(Case.objects.get(pk=case.pk))[1] == []


def test_a_complaint_is_withdrawn_by_its_code_only(world):
    case, code = world.complained()
    other, _ = world.complained()
    continue_complaint(sender=find_by_code(code, ASKER), what="withdraw", text="", asker=ASKER)
    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.outcome, other.state) == ("withdrawn", "opened")
    with pytest.raises(Refusal):
        continue_complaint(sender=find_by_code(code, ASKER), what="withdraw", text="", asker=ASKER)


def test_only_the_post_it_waits_at_opens_the_identity(world):
    case, _ = world.complained()
    sender = Sender.objects.get()
    for who in ("he", "sun", "qian", "operator", "wu"):
        with pytest.raises(Refusal) as refused:
            open_identity(actor=world.cast.actor(who), sender=sender, reason="想看看。")
        assert refused.value.code == "PUB-110", who
    assert open_identity(actor=world.cast.chen, sender=sender, reason="当面核实。").name == "郑重声"
    assert AuditLine.objects.filter(action="open_protected_identity").count() == 1
    world.act(case, "chen", "approve")
    with pytest.raises(Refusal) as refused:  # it is over: nobody needs to know any more
        open_identity(actor=world.cast.chen, sender=sender, reason="再看看。")
    assert refused.value.code == "PUB-110"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"procedure": "sample-shown"}, "PUB-119"),
        ({"procedure": "no-such-thing"}, "PUB-119"),
        ({"organisation_id": None}, "PUB-120"),
        ({"form": {"teacher": "某教师", "kind": "other"}}, "PRC-113"),
        ({"form": {"kind": "gift"}}, "PRC-112"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(world, more, code):
    with pytest.raises(Refusal) as refused:
        world.complained(**more)
    assert code in [p.code for p in refused.value]
    assert (Case.objects.count(), Sender.objects.count(), Complaint.objects.count()) == (0, 0, 0)
