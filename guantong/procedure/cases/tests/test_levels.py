"""Authorities of the levels above a case's organisation, lines of government, who declares, and recusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from guantong.base.accounts.actions import create_user, delegate_post, grant_post
from guantong.base.accounts.actor import PostFact
from guantong.base.accounts.models import Post
from guantong.base.accounts.public import SYSTEM, VISITOR
from guantong.base.orgs.actions import register_organisation
from guantong.base.orgs.models import OrganisationSpan
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library, parts_api
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import access_case_for, replay, story, to_do_for
from tests.cast import PASSWORD, invented_credit_code

from .conftest import World
from .flow import changed


def use(monkeypatch: pytest.MonkeyPatch, *changes: tuple[str, str]) -> None:
    definition = read_definition(changed(*changes), file="flow.yaml")
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (definition.document, "flow.yaml"))


def authority(name: str, region: str, serial: int, branch: str = "") -> int:
    return register_organisation(
        actor=SYSTEM,
        kind="authority",
        name=name,
        region=region,
        in_force_from=date(2010, 1, 1),
        credit_code=invented_credit_code(serial),
        branch=branch,
    ).pk


def test_each_level_acts_on_its_own_step(world: World) -> None:
    case = world.project_at("city")
    cast = world.cast
    assert case.bodies == {"prefecture": cast.city_bureau, "province": cast.province_bureau}
    assert (case.waiting_role, case.waiting_organisation_id) == ("bureau_reviewer", cast.city_bureau)
    assert [row.case.pk for row in to_do_for(cast.chen).rows] == [case.pk]
    with pytest.raises(Refusal) as refused:
        world.act(case, "he", "forward", opinion="同意。", to="province")
    assert refused.value.code == "PRC-105"
    case = world.act(case, "chen", "forward", opinion="上报。", to="province")
    assert case.waiting_organisation_id == cast.province_bureau
    case = world.act(case, "he", "approve", opinion="同意。")
    assert case.outcome == "granted" and replay(case)[1] == []
    assert [line.organisation for line in story(case)][-2:] == ["东湖市教育局", "云澜省教育厅"]


def test_bodies_are_those_of_the_opening_day(world: World) -> None:
    case = world.project_at("city")
    authority("东湖市教育体育局", "990100", 60)
    OrganisationSpan.objects.filter(organisation_id=world.cast.donghu).update(authority_id=world.cast.province_bureau)
    case = world.act(case, "chen", "forward", opinion="上报。", to="province")
    assert case.bodies["prefecture"] == world.cast.city_bureau
    assert case.step == "province" and replay(case)[1] == []


def test_a_school_of_the_province_finds_its_city_by_region(world: World, monkeypatch) -> None:
    xiling_bureau = authority("西岭市教育局", "990200", 61)
    case = world.project("zhou", organisation_id=world.cast.xiling)
    assert case.bodies == {"prefecture": xiling_bureau, "province": world.cast.province_bureau}


def test_nobody_at_a_level_or_two_refuse_the_opening(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        world.project("zhou", organisation_id=world.cast.xiling)
    assert refused.value.code == "PRC-129" and "地市级主管部门" in refused.value.problems[0].message
    authority("西岭市教育局", "990200", 61)
    authority("西岭市教育体育局", "990200", 62)
    with pytest.raises(Refusal) as refused:
        world.project("zhou", organisation_id=world.cast.xiling)
    assert refused.value.code == "PRC-129"
    assert not Case.objects.exists()


def test_a_line_of_government_is_found_beside_the_chain(world: World, monkeypatch) -> None:
    use(
        monkeypatch,
        (
            "role: bureau_approver\n    of: province",
            "role: bureau_approver\n    of: province\n    branch: human_resources",
        ),
    )
    with pytest.raises(Refusal) as refused:
        world.project()
    assert "省级人力资源社会保障部门" in refused.value.problems[0].message
    office = authority("云澜省人力资源和社会保障厅", "990000", 63, "human_resources")
    assert world.project().bodies["province.human_resources"] == office


def test_a_line_is_written_only_on_a_level(monkeypatch) -> None:
    for change in (
        ("of: declarer\n    only", "of: declarer\n    branch: education\n    only"),
        ("    of: province\n", "    of: province\n    branch: weather\n"),
    ):
        with pytest.raises(Refusal) as refused:
            read_definition(changed(change), file="flow.yaml")
        assert {p.code for p in refused.value.problems} == {"PRC-039"}


def test_nobody_reviews_a_case_of_the_own_organisation(world: World) -> None:
    case = world.project_at("city")
    chen = world.cast.chen
    both = replace(chen, posts=(*chen.posts, PostFact("registrar", world.cast.donghu, "东湖职业技术学院")))
    from guantong.procedure.cases.actions import act

    before = CaseAction.objects.count()
    with pytest.raises(Refusal) as refused:
        act(actor=both, case_id=case.pk, action="forward", revision=case.revision, opinion="同意。", to="province")
    assert refused.value.code == "PRC-148" and "东湖职业技术学院" in refused.value.problems[0].message
    withheld = replace(chen, withheld=(PostFact("registrar", world.cast.donghu, "东湖职业技术学院"),))
    with pytest.raises(Refusal) as refused:
        act(actor=withheld, case_id=case.pk, action="forward", revision=case.revision, opinion="同意。", to="province")
    assert refused.value.code == "PRC-148" and CaseAction.objects.count() == before
    act(actor=chen, case_id=case.pk, action="forward", revision=case.revision, opinion="同意。", to="province")


def test_an_authority_does_not_review_what_is_its_own(world: World, monkeypatch) -> None:
    use(monkeypatch, ("roles: [registrar], of: school", "roles: [bureau_reviewer], of: authority"))
    with pytest.raises(Refusal) as refused:
        world.project("chen", organisation_id=world.cast.city_bureau)
    assert refused.value.code == "PRC-158" and "东湖市教育局" in refused.value.problems[0].message


def test_an_authority_opens_a_case_about_a_school(world: World, monkeypatch) -> None:
    use(
        monkeypatch,
        ("roles: [registrar], of: school", "roles: [bureau_reviewer], of: authority"),
        ("role: registrar, ", ""),
    )
    case = world.project("chen")
    cast = world.cast
    assert (case.declared_organisation_id, case.declared_role) == (cast.city_bureau, "bureau_reviewer")
    assert (case.waiting_role, case.waiting_organisation_id) == ("bureau_reviewer", cast.city_bureau)
    assert access_case_for(cast.chen, case.public_id).pk == case.pk
    with pytest.raises(Refusal):
        access_case_for(cast.lin, case.public_id)
    with pytest.raises(Refusal) as refused:
        world.project("lin")
    assert refused.value.code == "PRC-128"
    opened = CaseAction.objects.get(case=case)
    assert opened.on_behalf_of_id == cast.city_bureau and replay(case)[1] == []


def test_a_visitor_opens_a_case_and_reads_only_what_they_can_prove(world: World, monkeypatch) -> None:
    monkeypatch.setattr(parts_api, "_PARTS", {})  # the machine alone; rooms ask for more of visitors
    monkeypatch.setattr(parts_api, "_sorted", [])
    use(monkeypatch, ("who_may_declare: {roles: [registrar], of: school}", "who_may_declare: {of: visitor}"))
    case = world.project(actor=VISITOR)
    assert (case.declared_role, case.declared_organisation_id, case.waiting_role) == ("visitor", None, "")
    with pytest.raises(Refusal) as refused:
        access_case_for(VISITOR, case.public_id)
    assert refused.value.code == "PRC-102"
    proved = replace(VISITOR, proved=frozenset({case.public_id}))
    assert access_case_for(proved, case.public_id).pk == case.pk
    from guantong.procedure.cases.actions import withdraw_case

    assert withdraw_case(actor=proved, case_id=case.pk, revision=1).outcome == "withdrawn"
    assert replay(Case.objects.get(pk=case.pk))[1] == []


# ---- acting officers ------------------------------------------------------------------------------------------------


def deputy(world: World, holder: str = "chen") -> None:
    """徐科员 of the same bureau acts for the holder."""
    cast = world.cast
    account = create_user(
        actor=SYSTEM, username="xu.staff", display_name="徐科员", password=PASSWORD, must_change_password=False
    )
    cast.users["xu"] = account.user.pk
    post = Post.objects.get(user_id=cast.users[holder])
    own = "bureau_approver" if post.role == "bureau_reviewer" else "bureau_reviewer"
    grant_post(actor=SYSTEM, user_id=account.user.pk, organisation_id=post.organisation_id, role=own)
    delegate_post(actor=cast.actor(holder), post_id=post.pk, to_user_id=account.user.pk, until=date(2026, 1, 1))


def test_an_acting_officer_is_named_in_every_line_with_the_holder(world: World) -> None:
    deputy(world)
    case = world.project_at("city")
    assert [row.case.pk for row in to_do_for(world.cast.xu).rows] == [case.pk]
    case = world.act(case, "xu", "forward", opinion="上报。", to="province")
    line = CaseAction.objects.latest("id")
    assert line.actor_label == "徐科员（东湖市教育局，代陈科长）"
    assert line.acting_for_user_id == world.cast.users["chen"] and line.details["acting_for"] == "陈科长"
    assert "代陈科长" in story(case)[-1].who and replay(case)[1] == []


def test_recusal_covers_the_acting_officer_and_the_holder(world: World, monkeypatch) -> None:
    use(monkeypatch, ("    role: bureau_approver\n    of: province", "    role: bureau_reviewer\n    of: prefecture"))
    deputy(world)
    case = world.project_at("city")
    case = world.act(case, "xu", "forward", opinion="上报。", to="province")
    for who in ("chen", "xu"):
        with pytest.raises(Refusal) as refused:
            world.act(case, who, "approve", opinion="同意。")
        assert refused.value.code == "PRC-108", who


def test_a_deputy_is_barred_from_the_holders_own_case(world: World) -> None:
    case = world.project_at("city")
    xu = replace(
        world.cast.chen,
        user_id=9100,
        posts=(
            PostFact(
                "bureau_reviewer", world.cast.city_bureau, "东湖市教育局", "", "陈科长", world.cast.users["chen"], 77
            ),
        ),
    )
    Case.objects.filter(pk=case.pk).update(person_id=world.cast.people["wu"])
    case.refresh_from_db()
    from guantong.procedure.cases.mandate import why_not_act

    definition = library.definition_of(case)
    step = definition.steps["city"]
    assert why_not_act(xu, case, definition, step) is None
    own = replace(xu, posts=(replace(xu.posts[0], acting_for_person=world.cast.people["wu"]),))
    problem = why_not_act(own, case, definition, step)
    assert problem is not None and problem.code == "PRC-107"
