"""Running cases moved to another version: only when ordered, mapped, chained, replayable; what cannot move stays."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.notices.models import Notice
from guantong.config.command import main
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import migrate_cases
from guantong.procedure.cases.declaring import declared_values
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.cases.models import Case, CaseAction, CaseTask, Deadline
from guantong.procedure.cases.selectors import replay, standing, story, to_do_for, verify_all
from guantong.procedure.registers.tests.test_power import fails_everywhere

from .conftest import World
from .flow import LOCAL, changed

DEADLINE = f"    deadline: {{working_days: 10, {LOCAL}}}\n    on_timeout: remind\n    remind_before: 2\n"
SUSPENSION = f"    suspension: {{most_days: 30, times: 1, {LOCAL}}}\n"

AMOUNT = "  - {id: amount, title: 投入, kind: money}"
SECOND = changed(
    ('version: "1"', 'version: "2"'),
    ("  - id: city\n    title: 市级审核", "  - id: city_review\n    title: 市级初审"),
    ("working_days: 10", "working_days: 20"),
    ("needs: [declaration, materials]}", "needs: [declaration, materials]}"),
    ("to: city, needs", "to: city_review, needs"),
    ("different_from: [city, review]", "different_from: [city_review, review]"),
    ("at: [declare, city, correct, review]", "at: [declare, city_review, correct, review]"),
    (AMOUNT, AMOUNT + "\n  - {id: site, title: 地点, kind: text, required: false}"),
)
MAPPING = {"city": "city_review"}


@pytest.fixture
def second(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, where :func:`adopt` puts another version into force."""
    return world


def adopt(monkeypatch: pytest.MonkeyPatch, text: str = SECOND) -> None:
    definition = read_definition(text, file="flow.yaml")
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (definition.document, "flow.yaml"))


def migrate(**more):  # type: ignore[no-untyped-def]
    given = {"actor": SYSTEM, "procedure": "sample-project", "region": "990000", "reason": "省厅发文统一。"}
    return migrate_cases(**{**given, "mapping": MAPPING, **more})


def test_nothing_moves_by_itself_and_a_dry_run_only_tells(world: World, monkeypatch) -> None:
    cases = [world.project_at("city") for _ in range(3)] + [world.project_at("declare"), world.project_at("granted")]
    lines = CaseAction.objects.count()
    adopt(monkeypatch)
    old = library.definition_of(cases[0])
    assert (
        old.version == "1"
        and world.act(cases[2], "chen", "forward", opinion="上报。", to="province").step == "province"
    )
    lines += 1
    report = migrate(dry_run=True, reason="")
    assert (report.moved, report.already, report.staying) == (4, 0, 0)
    assert report.places == {
        ("1", "市级审核", "市级初审"): 2,
        ("1", "填写申报", "填写申报"): 1,
        ("1", "省级审定", "省级审定"): 1,
    }
    assert report.changes["1"] == [
        "新增填报栏目：地点。",
        "“填写申报”可以做的操作有改动。",
        "环节“市级审核”改称“市级初审”。",
        "“市级初审”的期限由10个工作日改为20个工作日。",
        "“省级审定”的其他规定（延长、暂停、回避、评审等）有改动。",
        "“withdrawal”这一项有改动。",
    ]
    assert report.sentence() == "4件可以改用新版本（2）。"
    assert CaseAction.objects.count() == lines
    assert set(Case.objects.values_list("migrations", flat=True)) == {0}


def test_cases_walk_on_under_the_new_version_and_replay(world: World, monkeypatch) -> None:
    case = world.project_at("city")
    due, revision = case.due_on, case.revision
    ended = world.project_at("granted")
    adopt(monkeypatch)
    report = migrate()
    assert (report.moved, report.staying) == (1, 0)
    case.refresh_from_db()
    ended.refresh_from_db()
    assert library.definition_of(case).version == "2" and library.definition_of(ended).version == "1"
    assert (case.step, case.due_on, case.revision, case.migrations) == ("city_review", due, revision + 1, 1)
    line = CaseAction.objects.get(case=case, action="migrate")
    assert line.details["mapping"] == MAPPING and line.opinion == {"text": "省厅发文统一。"}
    assert (line.step, line.after["step"]) == ("city", "city_review")
    assert Deadline.objects.get(case=case, state="open").step == "city_review"
    assert declared_values(case, library.definition_of(case)) == {"name": "智能制造", "amount": 1000000}
    assert replay(case)[1] == [] and replay(ended)[1] == []
    assert [row.case.pk for row in to_do_for(world.cast.chen).rows] == [case.pk]
    assert standing(case).place == "市级初审"
    told = story(case)
    assert [(each.title, each.to) for each in told[-2:]] == [("提交", "市级审核"), ("改用新版本的规定", "市级初审")]
    with pytest.raises(Refusal) as refused:
        world.act(case, "chen", "forward", revision=revision, opinion="上报。", to="province")
    assert refused.value.code == "PRC-103"
    case = world.act(case, "chen", "return", opinion={"items": [{"on": "site", "text": "请写明。"}]})
    case = world.act(case, "lin", "submit", values={"site": "东湖校区"})
    assert case.step == "city_review" and case.due_on is not None and case.due_on > due
    case = world.act(case, "chen", "forward", opinion="上报。", to="province")
    assert verify_all().problems == []
    assert AuditLine.objects.get(action="migrate_cases").facts["moved"] == 1
    assert migrate().moved == 0


def test_four_eyes_remember_steps_by_their_former_names(world: World, monkeypatch) -> None:
    text = changed(("    role: bureau_approver\n    of: province", "    role: bureau_reviewer\n    of: prefecture"))
    adopt(monkeypatch, text)
    case = world.project_at("province")
    later = text
    for old, new in (
        ('version: "1"', 'version: "2"'),
        ("  - id: city\n", "  - id: city_review\n"),
        ("to: city, needs", "to: city_review, needs"),
        ("different_from: [city, review]", "different_from: [city_review, review]"),
        ("at: [declare, city, correct, review]", "at: [declare, city_review, correct, review]"),
    ):
        later = later.replace(old, new, 1)
    adopt(monkeypatch, later)
    assert migrate().moved == 1
    with pytest.raises(Refusal) as refused:
        world.act(case, "chen", "approve", opinion="同意。")
    assert refused.value.code == "PRC-108" and "市级审核" in refused.value.problems[0].message


def test_what_cannot_be_mapped_stays_and_is_listed(world: World, monkeypatch) -> None:
    moved, voting = world.project_at("declare"), world.project_at("review")
    voting = world.act(voting, "sun", "approve")
    city = world.project_at("city")
    adopt(monkeypatch)
    report = migrate(mapping={})
    assert report.moved == 1
    assert report.stuck == {
        "新版本里没有“city”": [city.public_id],
        "正在暂停或正在表决的办件要先办完这一环节": [voting.public_id],
    }
    assert "2件不能改用" in report.sentence()
    for case in (moved, voting, city):
        case.refresh_from_db()
        assert replay(case)[1] == []
    assert [c.migrations for c in (moved, voting, city)] == [1, 0, 0]
    assert world.act(voting, "qian", "approve").step == "province"


def test_periods_and_tasks_that_begin_or_end_with_the_version(world: World, monkeypatch) -> None:
    timed, reviewed = world.project_at("city"), world.project_at("review")
    world.act(world.project_at("province"), "he", "refuse", opinion="不符合。")
    deciding = world.project_at("province")
    later = SECOND.replace(DEADLINE.replace("10", "20"), "").replace(SUSPENSION, "")
    later = later.replace(
        "    different_from: [city_review, review]",
        f"    deadline: {{working_days: 15, {LOCAL}}}\n    on_timeout: remind\n    different_from: [city_review]",
    )
    later = later.replace("        - {id: bank, title: 学分银行, role: credit_officer, of: school}\n", "")
    adopt(monkeypatch, later)
    assert migrate().moved == 3
    for case in (timed, reviewed, deciding):
        case.refresh_from_db()
        assert replay(case)[1] == []
    assert timed.due_on is None and not Deadline.objects.filter(case=timed, state="open").exists()
    assert deciding.due_on is not None and Deadline.objects.get(case=deciding, state="open").step == "province"
    assert [t.party for t in CaseTask.objects.filter(case=reviewed, state="open")] == ["academic", "city"]
    assert to_do_for(world.cast.qian).rows == ()
    world.act(reviewed, "sun", "approve")
    assert world.act(reviewed, "chen", "approve").step == "province"
    assert verify_all().problems == []


def test_it_is_ordered_by_those_who_may_with_reason_and_a_right_mapping(world: World, monkeypatch) -> None:
    world.project_at("city")
    adopt(monkeypatch)
    for more, code in (
        ({"reason": " "}, "PRC-160"),
        ({"mapping": {"city": "nowhere"}}, "PRC-159"),
        ({"procedure": "nothing-such"}, "PRC-101"),
        ({"actor": world.cast.chen}, "ACC-002"),
        ({"region": "100000", "actor": world.cast.he}, "PRC-161"),
    ):
        if code == "PRC-101":
            monkeypatch.setattr(library, "find_document", lambda code, region, on: None)
        with pytest.raises(Refusal) as refused:
            migrate(**more)
        assert refused.value.code == code
        if code == "PRC-101":
            adopt(monkeypatch)
    assert not CaseAction.objects.filter(action="migrate").exists()
    assert migrate(actor=world.cast.he).moved == 1
    assert CaseAction.objects.get(action="migrate").actor_label.startswith("何处长")


def test_the_command_reports_and_moves(world: World, monkeypatch, capsys) -> None:
    world.project_at("city")
    adopt(monkeypatch)
    order = ["procedures", "migrate", "sample-project", "--region", "990000", "--map", "city=city_review"]
    assert main([*order, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "从版本 1 改用版本 2：" in told and "“市级审核”→“市级初审”　1 件" in told
    assert "1件可以改用新版本（2）。" in told
    assert main(order) == 2
    assert "PRC-162" in capsys.readouterr().err
    assert main([*order, "--by", "operator", "--reason", "统一办理。", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["moved"] == 1
    assert Case.objects.get().migrations == 1


def test_whoever_declared_is_told_once_what_changed(world: World, monkeypatch) -> None:
    cases = [world.project_at("city") for _ in range(3)]
    before = set(Notice.objects.values_list("pk", flat=True))
    adopt(monkeypatch)
    assert migrate(dry_run=True).moved == 3 and set(Notice.objects.values_list("pk", flat=True)) == before
    for _ in range(2):  # the second time nothing moves and nobody is told again
        migrate()
    told = list(Notice.objects.exclude(pk__in=before).order_by("pk"))
    assert len(told) == 3
    for case, notice in zip(sorted(cases, key=lambda c: c.pk), told, strict=True):
        case.refresh_from_db()
        assert (notice.role, notice.organisation_id, notice.person_id) == (
            case.declared_role,
            case.declared_organisation_id,
            case.person_id if case.declared_organisation_id is None else None,
        )
        assert case.public_id in notice.text and "第2版办理，原来是第1版" in notice.text
        assert "新增填报栏目：地点" in notice.text and "市级初审" in notice.text and len(notice.text) <= 300
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM notices_notice")
        assert not [row for row in cursor.fetchall() if "地点".encode() in bytes(row[0])]


def test_a_change_that_fails_half_way_tells_nobody(world: World, monkeypatch) -> None:
    world.project_at("city")
    before = Notice.objects.count()
    adopt(monkeypatch)
    library.keep_version(library.definition_in_force("sample-project", "990000", clock.today()), "990000")
    assert fails_everywhere(migrate) > 0
    assert Notice.objects.count() == before + 1 and CaseAction.objects.filter(action="migrate").count() == 1
