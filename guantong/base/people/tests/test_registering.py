"""People enter the register once, one or many at a time."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.base.audit.models import AuditLine
from guantong.base.people.actions import ensure_people, ensure_person, rename_person, reveal_id_number
from guantong.base.people.models import FormerName, Person
from guantong.base.people.public import find_by_id_number, index_for, problems_of
from guantong.base.people.rules import PersonFacts
from guantong.kernel import tokens
from guantong.kernel.refusal import Refusal
from tests.at_once import all_at_once
from tests.cast import invented_id_number


def code_of(action, **arguments):
    with pytest.raises(Refusal) as refused:
        action(**arguments)
    return refused.value.code


def many(count, start=0):
    return [
        PersonFacts(f"学生{i}", invented_id_number(i % 1000, date(2000 + i // 1000, 1, 1)))
        for i in range(start, start + count)
    ]


def test_many_are_registered_in_order_and_once(cast, django_assert_max_num_queries):
    facts = many(1200)
    with django_assert_max_num_queries(16):
        ids = ensure_people(actor=cast.lin, facts=facts)
    assert len(set(ids)) == 1200
    assert [Person.objects.get(pk=i).name for i in ids[:3]] == ["学生0", "学生1", "学生2"]
    again = ensure_people(actor=cast.lin, facts=[*facts[600:], *many(10, 1200), *facts[:600]])
    assert again[:600] == ids[600:]
    assert again[610:] == ids[:600]
    lines = list(AuditLine.objects.filter(action="ensure_people", actor_user_id=cast.users["lin"]))
    assert [(line.facts["given"], line.facts["new"]) for line in lines] == [(1200, 1200), (1210, 10)]


def test_registering_what_is_known_writes_nothing(cast):
    before = AuditLine.objects.count()
    assert ensure_person(actor=cast.lin, name="小吴", id_number=cast.id_numbers["wu"]) == cast.wu_person
    assert AuditLine.objects.count() == before
    assert ensure_people(actor=cast.lin, facts=[]) == []


def test_the_number_is_not_in_the_database_in_the_clear(cast):
    row = Person.objects.filter(pk=cast.wu_person).values().get()
    assert cast.id_numbers["wu"] not in str(row)
    assert row["id_masked"].startswith("990101********")
    assert not AuditLine.objects.filter(facts__icontains=cast.id_numbers["wu"][6:]).exists()


def test_one_number_in_two_rows_is_one_person(cast):
    number = invented_id_number(77)
    ids = ensure_people(actor=cast.lin, facts=[PersonFacts("甲", number), PersonFacts("甲", number.lower())])
    assert ids[0] == ids[1]


def test_a_number_under_another_name_is_refused_and_nothing_is_written(cast):
    facts = [PersonFacts("新人", invented_id_number(88)), PersonFacts("别人", cast.id_numbers["wu"])]
    before = (Person.objects.count(), AuditLine.objects.count())
    with pytest.raises(Refusal) as refused:
        ensure_people(actor=cast.lin, facts=facts)
    assert refused.value.code == "PPL-011"
    assert "小*" in refused.value.problems[0].message, "the known name is veiled"
    assert (Person.objects.count(), AuditLine.objects.count()) == before


@pytest.mark.parametrize("name", ["买买提•艾力", "买买提・艾力", "买买提．艾力", "买买提 · 艾力", "买买提.艾力"])
def test_the_dot_of_a_name_may_be_any_dot(cast, name):
    number = invented_id_number(95)
    first = ensure_person(actor=cast.lin, name="买买提·艾力", id_number=number)
    assert ensure_person(actor=cast.lin, name=name, id_number=number) == first
    assert Person.objects.get(pk=first).name == "买买提·艾力", "kept as first given"
    assert code_of(ensure_person, actor=cast.lin, name="买买提艾力", id_number=number) == "PPL-011"


def test_every_problem_is_told_at_once_by_row(cast):
    number = invented_id_number(90)
    facts = [
        PersonFacts("甲", number),
        PersonFacts("乙", number),
        PersonFacts("", "12"),
        PersonFacts("别人", cast.id_numbers["wu"]),
        PersonFacts("小赵", cast.id_numbers["zhao"]),
    ]
    assert [[p.code for p in row] for row in problems_of(facts)] == [
        [],
        ["PPL-011"],
        ["PPL-010", "PPL-001"],
        ["PPL-011"],
        [],
    ]
    with pytest.raises(Refusal) as refused:
        ensure_people(actor=cast.lin, facts=facts)
    assert len(refused.value.problems) == 2, "the form of all rows is checked before the register is asked"


def test_only_those_who_enrol_deposit_or_run_admission_register_people(cast):
    facts = [PersonFacts("甲", invented_id_number(91))]
    assert ensure_people(actor=cast.zhang, facts=facts)
    assert ensure_people(actor=cast.chen, facts=facts)
    assert code_of(ensure_people, actor=cast.wu, facts=facts) == "ACC-002"


def test_people_are_found_by_number(cast):
    assert find_by_id_number(f" {cast.id_numbers['wu'].lower()}") == cast.wu_person
    assert find_by_id_number(invented_id_number(999)) is None
    assert len(index_for("x")) == 32


def test_a_new_name_keeps_the_old_one_findable(cast):
    person = rename_person(actor=cast.lin, person_id=cast.wu_person, name="吴小明", reason="户口本改名")
    assert person.name == "吴小明"
    assert FormerName.objects.get().name == "小吴"
    for name in ("吴小明", "小吴"):
        assert ensure_person(actor=cast.lin, name=name, id_number=cast.id_numbers["wu"]) == cast.wu_person
    line = AuditLine.objects.get(action="rename_person")
    assert (line.reason, line.facts["from"]) == ("户口本改名", "小吴")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "PPL-010"),
        ({"name": "小吴"}, "PPL-013"),
        ({"reason": " "}, "PPL-014"),
        ({"person_id": 10**9}, "PPL-012"),
    ],
)
def test_names_are_not_changed_without_grounds(cast, changes, code):
    arguments = {"person_id": cast.wu_person, "name": "吴小明", "reason": "改名", **changes}
    assert code_of(rename_person, actor=cast.lin, **arguments) == code
    assert code_of(rename_person, actor=cast.wu, **{**arguments, "person_id": cast.wu_person}) == "ACC-002"
    assert Person.objects.get(pk=cast.wu_person).name == "小吴"
    assert FormerName.objects.count() == 0


def test_revealing_a_number_is_on_record(cast):
    number = cast.id_numbers["wu"]
    assert reveal_id_number(actor=cast.lin, person_id=cast.wu_person, reason="核对证件") == number
    assert reveal_id_number(actor=cast.wu, person_id=cast.wu_person, reason="") == number
    assert code_of(reveal_id_number, actor=cast.lin, person_id=cast.wu_person, reason=" ") == "PPL-014"
    assert code_of(reveal_id_number, actor=cast.zhao, person_id=cast.wu_person, reason="好奇") == "ACC-002"
    assert code_of(reveal_id_number, actor=cast.zhang, person_id=cast.wu_person, reason="好奇") == "ACC-002"
    lines = AuditLine.objects.filter(action="reveal_id_number")
    assert [line.reason for line in lines.order_by("id")] == ["核对证件", "本人"]
    assert number not in str(list(lines.values()))


def test_public_ids_follow_from_a_seed_where_an_invented_region_is_built(cast):
    def ids(start, seed):
        with tokens.seeded(seed):
            made = ensure_people(actor=cast.lin, facts=many(50, start))
        return list(Person.objects.filter(pk__in=made).order_by("pk").values_list("public_id", flat=True))

    first = ids(0, 7)
    assert all(len(i) == 14 and set(i) <= set(tokens.ALPHABET) for i in first)
    assert len(set(first)) == 50
    assert ids(100, 8) != first
    Person.objects.filter(public_id__in=first).delete()
    assert ids(200, 7) == first


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_several_at_once_register_one_person_in_whatever_order_they_come():
    from guantong.base.accounts.public import SYSTEM

    facts = many(1500)
    orders = [facts, facts[::-1], facts[700:] + facts[:700], facts[1::2] + facts[::2]]
    results = all_at_once([lambda order=order: ensure_people(actor=SYSTEM, facts=order) for order in orders])
    by_person = [
        dict(zip((f.id_number for f in order), ids, strict=True)) for order, ids in zip(orders, results, strict=True)
    ]
    assert all(found == by_person[0] for found in by_person)
    assert Person.objects.count() == len(set(by_person[0].values())) == 1500
