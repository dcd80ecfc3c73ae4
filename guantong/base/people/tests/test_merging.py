"""Duplicates are found, merged, and parted again exactly."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.notices.models import Notice
from guantong.base.people import holders
from guantong.base.people.actions import (
    ensure_person,
    keep_apart,
    merge_people,
    record_consent,
    refresh_duplicates,
    rename_person,
    undo_merge,
    withdraw_consent,
)
from guantong.base.people.errors import MERGE_HOLDER
from guantong.base.people.models import DistinctPair, DuplicatePair, FormerName, GuardianConsent, Merge, Person
from guantong.base.people.public import find_by_id_number, may_share, present_ids, why_not_share
from guantong.kernel import clock
from guantong.kernel.identity import id_number_check_character
from guantong.kernel.refusal import Refusal
from tests.cast import BASELINE, invented_id_number


def code_of(action, **arguments):
    with pytest.raises(Refusal) as refused:
        action(**arguments)
    return refused.value.code


def everything():
    return {
        "people": list(Person.objects.order_by("pk").values()),
        "consents": list(GuardianConsent.objects.order_by("pk").values()),
        "names": list(FormerName.objects.order_by("pk").values()),
        "notices": list(Notice.objects.order_by("pk").values()),
    }


@pytest.fixture
def twice(cast):
    """小吴 once by resident number, once by passport, each with rows of their own."""
    other = ensure_person(
        actor=SYSTEM, name="小吴", id_number="E99000001", id_kind="passport", born_on=date(2005, 3, 7)
    )
    for person in (cast.wu_person, other):
        record_consent(
            actor=cast.lin,
            person_id=person,
            guardian_name="吴先生",
            relation="父亲",
            purpose="credit_transfer",
            scope="东湖职业技术学院",
            given_on=date(2025, 9, 1),
            until=date(2026, 9, 1),
        )
        Notice.objects.create(person_id=person, text="一条消息", sent_at=clock.now())
    rename_person(actor=cast.lin, person_id=other, name="小武", reason="登记错")
    return cast.wu_person, other


def test_a_merge_moves_everything_and_undoing_restores_exactly(cast, twice):
    kept, absorbed = twice
    before = everything()
    merge = merge_people(actor=cast.chen, kept_id=kept, absorbed_id=absorbed, reason="同一人，护照已核对")
    assert find_by_id_number("E99000001", "passport") == kept
    assert present_ids([absorbed]) == {absorbed: kept}
    assert GuardianConsent.objects.filter(person_id=kept).count() == 2
    assert Notice.objects.filter(person_id=kept).count() == 2
    assert ensure_person(actor=cast.lin, name="小武", id_number="E99000001", id_kind="passport") == kept
    undo_merge(actor=cast.he, merge_id=merge.pk, reason="核对有误")
    assert everything() == before
    assert find_by_id_number("E99000001", "passport") == absorbed
    actions = list(AuditLine.objects.filter(action__in=["merge_people", "undo_merge"]).values_list("action", "reason"))
    assert actions == [("merge_people", "同一人，护照已核对"), ("undo_merge", "核对有误")]


def test_rows_added_to_the_kept_record_after_the_merge_stay_when_it_is_undone(cast, twice):
    kept, absorbed = twice
    merge = merge_people(actor=cast.chen, kept_id=kept, absorbed_id=absorbed, reason="同一人")
    Notice.objects.create(person_id=kept, text="合并之后", sent_at=clock.now())
    undo_merge(actor=cast.chen, merge_id=merge.pk, reason="核对有误")
    assert Notice.objects.filter(person_id=kept).count() == 2
    assert Notice.objects.filter(person_id=absorbed).count() == 1


def test_merges_are_undone_in_reverse_order(cast, twice):
    kept, absorbed = twice
    first = merge_people(actor=cast.chen, kept_id=kept, absorbed_id=absorbed, reason="同一人")
    second = merge_people(
        actor=cast.chen, kept_id=cast.zhao_person, absorbed_id=kept, reason="已核对", is_confirmed=True
    )
    assert present_ids([absorbed, kept]) == {absorbed: cast.zhao_person, kept: cast.zhao_person}
    assert cast.wu.person_id == cast.zhao_person
    assert code_of(undo_merge, actor=cast.chen, merge_id=first.pk, reason="有误") == "PPL-025"
    undo_merge(actor=cast.chen, merge_id=second.pk, reason="有误")
    undo_merge(actor=cast.chen, merge_id=first.pk, reason="有误")
    assert present_ids([absorbed, kept]) == {absorbed: absorbed, kept: kept}
    assert code_of(undo_merge, actor=cast.chen, merge_id=first.pk, reason="有误") == "PPL-024"


def test_contradicting_records_need_the_documents_to_be_looked_at(cast):
    wu, zhao = cast.wu_person, cast.zhao_person
    before = everything()
    with pytest.raises(Refusal) as refused:
        merge_people(actor=cast.chen, kept_id=wu, absorbed_id=zhao, reason="同一人")
    assert refused.value.code == "PPL-022"
    assert "出生日期不同" in refused.value.problems[0].message
    assert cast.id_numbers["wu"] not in str(refused.value)
    assert everything() == before
    merge = merge_people(actor=cast.chen, kept_id=wu, absorbed_id=zhao, reason="原件已核对", is_confirmed=True)
    assert AuditLine.objects.get(action="merge_people").facts["confirmed"] is True
    assert merge.moved["people"]["absorbed"] == zhao


def test_merges_are_refused_with_reasons_and_change_nothing(cast, twice):
    kept, absorbed = twice
    good = {"actor": cast.chen, "kept_id": kept, "absorbed_id": absorbed, "reason": "同一人"}
    before = everything()
    for changes, code in (
        ({"absorbed_id": kept}, "PPL-020"),
        ({"absorbed_id": 10**9}, "PPL-012"),
        ({"reason": "  "}, "PPL-014"),
        ({"actor": cast.lin}, "ACC-002"),
        ({"actor": cast.operator}, "ACC-002"),
    ):
        assert code_of(merge_people, **{**good, **changes}) == code
        assert everything() == before
    merge_people(**good)
    assert code_of(merge_people, **good) == "PPL-021"
    assert code_of(undo_merge, actor=cast.chen, merge_id=10**9, reason="有误") == "PPL-023"
    assert code_of(undo_merge, actor=cast.chen, merge_id=Merge.objects.get().pk, reason="") == "PPL-014"
    assert code_of(rename_person, actor=cast.lin, person_id=absorbed, name="新名", reason="x") == "PPL-021"


def test_a_holder_that_cannot_move_stops_the_whole_merge(cast, twice, monkeypatch):
    kept, absorbed = twice

    def refuse(kept_id, absorbed_id):
        raise MERGE_HOLDER.refuse(what="正在办理的申请")

    monkeypatch.setitem(holders._HOLDERS, "zzz", holders.Holder("zzz", refuse, lambda moved: None))
    before = everything()
    refused = code_of(merge_people, actor=cast.chen, kept_id=kept, absorbed_id=absorbed, reason="同一人")
    assert refused == "PPL-026"
    assert everything() == before


def test_holders_run_in_order_and_are_undone_in_reverse(cast, twice, monkeypatch):
    seen = []
    for name in ("aaa", "zzz"):
        holder = holders.Holder(
            name,
            lambda kept, absorbed, name=name: seen.append(name) or {"of": name, "n": [1, 2]},
            lambda moved, name=name: seen.append((name, moved)),
        )
        monkeypatch.setitem(holders._HOLDERS, name, holder)
    merge = merge_people(actor=cast.chen, kept_id=twice[0], absorbed_id=twice[1], reason="同一人")
    undo_merge(actor=cast.chen, merge_id=merge.pk, reason="有误")
    assert seen == ["aaa", "zzz", ("zzz", {"of": "zzz", "n": [1, 2]}), ("aaa", {"of": "aaa", "n": [1, 2]})]


def swapped(number, i):
    """The number with digits i and i+1 exchanged and the check character made right again."""
    body = number[:i] + number[i + 1] + number[i] + number[i + 2 : 17]
    return body + id_number_check_character(body)


def test_likely_duplicates_stand_on_the_list_by_weight(cast):
    wu, number = cast.wu_person, cast.id_numbers["wu"]
    passport = ensure_person(
        actor=SYSTEM, name="小吴", id_number="E99000001", id_kind="passport", born_on=date(2005, 3, 7)
    )
    narrow = "990101700101001"
    wide = "99010119700101001" + id_number_check_character("99010119700101001")
    old = ensure_person(actor=SYSTEM, name="老赵", id_number=narrow, id_kind="resident_15")
    new = ensure_person(actor=SYSTEM, name="老赵头", id_number=wide)
    namesake = ensure_person(actor=SYSTEM, name="小吴", id_number=invented_id_number(555))
    ensure_person(actor=SYSTEM, name="路人", id_number=invented_id_number(556))
    phones = [
        ensure_person(actor=SYSTEM, name=f"机主{i}", id_number=invented_id_number(600 + i), phone="13900000000")
        for i in range(2)
    ]
    assert refresh_duplicates(actor=SYSTEM) == 5
    found = {(p.first_id, p.second_id): p.reasons for p in DuplicatePair.objects.all()}
    assert found == {
        tuple(sorted((wu, passport))): ["same_name_birth"],
        tuple(sorted((passport, namesake))): ["same_name_birth"],
        tuple(sorted((wu, namesake))): ["namesakes"],
        tuple(sorted((old, new))): ["first_generation"],
        tuple(phones): ["same_phone"],
    }
    assert DuplicatePair.objects.order_by("-weight").first().reasons == ["first_generation"]
    assert number not in str(list(DuplicatePair.objects.values()))


def test_a_number_one_place_off_under_the_same_name_is_found(cast):
    number = cast.id_numbers["wu"]
    body = number[:14] + "003"
    one_off = body + id_number_check_character(body)
    off_by = sum(a != b for a, b in zip(number, one_off, strict=True))
    other = ensure_person(actor=SYSTEM, name="小吴", id_number=one_off)
    refresh_duplicates(actor=SYSTEM)
    pair = DuplicatePair.objects.get()
    assert {pair.first_id, pair.second_id} == {cast.wu_person, other}
    assert ("one_place_off" in pair.reasons) is (off_by == 1)


def test_pairs_kept_apart_and_merged_ones_leave_the_list(cast, twice):
    kept, absorbed = twice
    rename_person(actor=cast.lin, person_id=absorbed, name="小吴", reason="改回")
    assert refresh_duplicates(actor=SYSTEM) == 1
    found_at = DuplicatePair.objects.get().found_at
    with clock.frozen_at(BASELINE.replace(day=20)):
        refresh_duplicates(actor=SYSTEM)
    assert DuplicatePair.objects.get().found_at == found_at, "found once"
    assert code_of(keep_apart, actor=cast.lin, first_id=kept, second_id=absorbed, reason="是两人") == "ACC-002"
    keep_apart(actor=cast.chen, first_id=absorbed, second_id=kept, reason="双胞胎，已核对")
    keep_apart(actor=cast.chen, first_id=kept, second_id=absorbed, reason="双胞胎，已核对")
    assert DistinctPair.objects.count() == 1
    assert refresh_duplicates(actor=SYSTEM) == 0
    assert AuditLine.objects.filter(action="keep_apart").count() == 1


@pytest.fixture
def minor(cast):
    return ensure_person(actor=SYSTEM, name="小甲", id_number=invented_id_number(21, date(2009, 5, 1)))


def test_a_minor_is_shared_only_with_a_guardians_consent(cast, minor):
    from guantong.base.lawbook import law_on

    day = clock.today()
    law = law_on(day)
    assert why_not_share(minor, "credit_transfer", day, law).code == "PPL-034"
    consent = record_consent(
        actor=cast.lin,
        person_id=minor,
        guardian_name="甲母",
        relation="母亲",
        purpose="credit_transfer",
        scope="学分互认",
        given_on=day,
        until=date(2027, 1, 1),
    )
    assert may_share(minor, "credit_transfer", day, law)
    assert why_not_share(minor, "employment", day, law).code == "PPL-034"
    withdraw_consent(actor=cast.lin, consent_id=consent.pk, reason="监护人撤回")
    withdraw_consent(actor=cast.lin, consent_id=consent.pk, reason="监护人撤回")
    assert why_not_share(minor, "credit_transfer", day, law).code == "PPL-034"
    assert AuditLine.objects.filter(action="withdraw_consent").count() == 1
    assert may_share(cast.wu_person, "credit_transfer", day, law), "grown up"


def test_consents_are_refused_with_reasons(cast, minor):
    good = {
        "actor": cast.lin,
        "person_id": minor,
        "guardian_name": "甲母",
        "relation": "母亲",
        "purpose": "credit_transfer",
        "scope": "学分互认",
        "given_on": date(2025, 10, 1),
        "until": date(2026, 10, 1),
    }
    for changes, code in (
        ({"guardian_name": " "}, "PPL-031"),
        ({"relation": ""}, "PPL-031"),
        ({"purpose": "advertising"}, "PPL-032"),
        ({"until": date(2025, 10, 1)}, "PPL-030"),
        ({"until": date(2029, 10, 1)}, "PPL-036"),
        ({"person_id": 10**9}, "PPL-012"),
        ({"actor": cast.zhang}, "ACC-002"),
    ):
        assert code_of(record_consent, **{**good, **changes}) == code
        assert GuardianConsent.objects.count() == 0
    assert code_of(withdraw_consent, actor=cast.lin, consent_id=10**9, reason="x") == "PPL-033"
