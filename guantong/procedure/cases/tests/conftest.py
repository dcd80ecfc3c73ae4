"""The sample procedure in force in the demo region, with a handler that writes down what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from guantong.kernel.refusal import Problem
from guantong.procedure.cases import handlers, library
from guantong.procedure.cases.actions import act, open_case
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.models import Case
from tests.cast import Cast

from .flow import FLOW
from .flow import SUBJECT as PROJECT
from .sample import SAMPLE, SUBJECT


@dataclass
class Told:
    """What the handler of the tests was told, and what it should answer."""

    calls: list[tuple[str, ...]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    fails_on: str = ""

    def handler(self) -> handlers.Handler:
        def on_open(case: Case, actor: Any) -> None:
            self.calls.append(("open", actor.label))

        def why_not(case: Case, action: Any, actor: Any, values: Any) -> list[Problem]:
            return self.problems

        def on_action(case: Case, action: Any, actor: Any, values: Any) -> None:
            self.calls.append(("action", action.id, case.step or case.outcome))
            if action.id == self.fails_on:
                raise RuntimeError("the domain broke")

        def on_outcome(case: Case, outcome: Any, actor: Any, values: Any) -> None:
            self.calls.append(("outcome", outcome.id, outcome.kind))

        return handlers.Handler(
            on_open=on_open,
            why_not=why_not,
            on_action=on_action,
            on_outcome=on_outcome,
            on_appeal=lambda case, actor: self.calls.append(("appeal", case.step)),
            on_close=lambda case: self.calls.append(("close", case.outcome)),
            facts_for=lambda case: [handlers.Fact("申请", case.title)],
            link_for=lambda case: f"/cases/{case.public_id}/",
        )


@pytest.fixture
def definition(monkeypatch: pytest.MonkeyPatch) -> Definition:
    """The sample, found under its id in every region on every day."""
    sample = read_definition(SAMPLE, file="sample.yaml")
    real = library.find_document

    project = read_definition(FLOW, file="flow.yaml")
    own = {sample.id: sample.document, project.id: project.document}

    def find(code: str, region: str, on: Any) -> Any:
        return (own[code], f"{code}.yaml") if code in own else real(code, region, on)

    monkeypatch.setattr(library, "find_document", find)
    return sample


@pytest.fixture
def told() -> Iterator[Told]:
    """The handler of the sample's subject."""
    watching = Told()
    handlers._HANDLERS[SUBJECT] = handlers._HANDLERS[PROJECT] = watching.handler()
    yield watching
    del handlers._HANDLERS[SUBJECT], handlers._HANDLERS[PROJECT]


@dataclass
class World:
    """The cast with the sample procedure."""

    cast: Cast
    told: Told
    serial: int = 0

    def open(self, who: str = "wu", **more: Any) -> Case:
        """A case of the sample, opened by a learner of 东湖职校."""
        self.serial += 1
        given: dict[str, Any] = {
            "actor": self.cast.actor(who),
            "definition": "sample-request",
            "region": "990000",
            "subject": (SUBJECT, self.serial),
            "organisation_id": self.cast.donghu,
            "person_id": self.cast.people[who],
            "department": "信息工程系",
            "facts": {"course": "网络技术", "credits": "4"},
        }
        return open_case(**{**given, **more})

    def act(self, case: Case, who: str, action: str, **more: Any) -> Case:
        """An action at the case's present revision."""
        revision = Case.objects.values_list("revision", flat=True).get(pk=case.pk)
        given: dict[str, Any] = {"revision": revision, **more}
        return act(actor=self.cast.actor(who), case_id=case.pk, action=action, **given)

    def project(self, who: str = "lin", **more: Any) -> Case:
        """A case of the project of ``flow``, opened by a school's officer."""
        self.serial += 1
        given: dict[str, Any] = {
            "actor": self.cast.actor(who),
            "definition": "sample-project",
            "region": "990000",
            "subject": (PROJECT, self.serial),
            "organisation_id": self.cast.donghu,
            "form": {"name": "智能制造", "amount": "10000"},
        }
        return open_case(**{**given, **more})

    def project_at(self, place: str, **more: Any) -> Case:
        """A project brought to a place through actions."""
        case = self.project(**more)
        for requirement, digest in (("plan", "c"), ("budget", "d")):
            self.hand_in(case, "lin", requirement, digest=digest)
        ways: dict[str, list[tuple[str, str, dict[str, Any]]]] = {"declare": []}
        ways["city"] = [("lin", "submit", {})]
        ways["review"] = [*ways["city"], ("chen", "forward", {"opinion": "请评议。", "to": "review"})]
        ways["province"] = [*ways["city"], ("chen", "forward", {"opinion": "上报。", "to": "province"})]
        ways["correct"] = [
            *ways["city"],
            ("chen", "return", {"opinion": {"items": [{"on": "amount", "text": "核对。"}]}}),
        ]
        ways["granted"] = [*ways["province"], ("he", "approve", {"opinion": "同意。"})]
        for actor, action, given in ways[place]:
            case = self.act(case, actor, action, **given)
        case.refresh_from_db()
        return case

    def at(self, place: str, who: str = "wu") -> Case:
        """A case brought to a place through actions: a step, or an outcome of the first stage."""
        case = self.open(who)
        self.hand_in(case, who)
        ways = {
            "declare": [],
            "department": [("wu", "submit", {})],
            "correct": [("wu", "submit", {}), ("ma", "return", {"opinion": {"items": [ITEM]}})],
            "bank": [("wu", "submit", {}), ("ma", "approve", {"opinion": "同意。"})],
        }
        ways["granted"] = [*ways["bank"], ("qian", "approve", {"opinion": "准予。", "values": {"form": "pass"}})]
        ways["refused"] = [*ways["department"], ("ma", "refuse", {"opinion": {"reasons": ["too_small"]}})]
        ways["reconsider"] = [*ways["refused"], ("wu", "appeal", {"opinion": "我的证书是三级。"})]
        for actor, action, more in ways[place]:
            case = self.act(case, who if actor == "wu" else actor, action, **more)
        return case

    def hand_in(self, case: Case, who: str = "wu", requirement: str = "certificate", **more: Any) -> Case:
        """Hand in a small PDF."""
        from guantong.procedure.cases.actions import add_material

        case.refresh_from_db()
        file = self.file(who, **more)
        return add_material(
            actor=self.cast.actor(who), case_id=case.pk, requirement=requirement, file_id=file, revision=case.revision
        )

    def file(self, who: str = "wu", *, media: str = "application/pdf", size: int = 1000, digest: str = "a") -> int:
        """A stored file of a learner."""
        from guantong.base.files.models import StoredFile
        from guantong.kernel import clock
        from guantong.kernel.tokens import public_id

        return StoredFile.objects.create(
            public_id=public_id(12),
            sha256=digest * 64,
            name="证书.pdf",
            kind="evidence",
            media_type=media,
            size=size,
            person_id=self.cast.people.get(who),
            uploaded_by_id=self.cast.users[who],
            uploaded_at=clock.now(),
        ).pk


AMOUNT = {"on": "amount", "text": "请核对投入。"}
ITEM = {"on": "certificate", "text": "请重新扫描，看不清编号。"}


@pytest.fixture
def world(cast: Cast, definition: Definition, told: Told) -> World:
    """The cast of the tests with the sample procedure and its handler."""
    return World(cast, told)
