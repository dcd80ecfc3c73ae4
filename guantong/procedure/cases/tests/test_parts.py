"""Rooms that hang on the machine: keys, ways, moments, refusals, derived moves, and that all of it replays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import errors, library, machine, parts_api
from guantong.procedure.cases.actions import note_part, scan_deadlines, take_way
from guantong.procedure.cases.actions.scanning import ScanReport
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.parts_api import Moment, Part, Snippet
from guantong.procedure.cases.selectors import replay, story

from .conftest import ITEM, World
from .sample import changed


@dataclass(frozen=True)
class Lottery:
    """What the toy part keeps of a step."""

    won: str
    lost: str


class Toy(Part):
    """A lottery at a step, seats at ``bank``, a word at an outcome; it writes down what it is told."""

    name = "toy"
    top_keys = ("seats",)
    step_keys = ("lottery",)
    outcome_keys = ("prize",)

    def __init__(self) -> None:
        self.told_of: list[tuple[str, ...]] = []
        self.taken = 0
        self.forbidden = ""
        self.held = False
        self.goes_on = ""

    def read_top(self, top: Any) -> int:
        return int(top.integer("seats", least=1, most=9, default=1))

    def read_step(self, step: Any) -> Lottery:
        from guantong.procedure.cases.definition.places import Node

        node = Node(step.faults, step.at("lottery"), step.values["lottery"], ("won", "lost"))
        return Lottery(node.text("won", "中签去哪里"), node.text("lost", "不中去哪里"))

    def read_outcome(self, outcome: Any) -> str:
        return str(outcome.text("prize"))

    def ways(self, kept: Lottery) -> Iterable[tuple[str, str]]:
        return [("lottery.won", kept.won), ("lottery.lost", kept.lost)]

    def check(self, faults: Any, definition: Definition) -> None:
        if definition.parts.get("toy", 9) == 7:
            faults.add(errors.WRONG_SHAPE, "seats", key="seats", expected="不是7的数", given="7")

    def why_not_open(self, moment: Moment) -> Iterable[Any]:
        assert moment.case.pk is None
        return [errors.EXTENSION_REASON.problem()] if self.forbidden == "open" else []

    def on_open(self, moment: Moment) -> None:
        self.told_of.append(("open", moment.case.step))

    def why_not(self, moment: Moment, action: Any) -> Iterable[Any]:
        assert moment.before is not None and moment.case.step == moment.before.step
        return [errors.GROUNDS_NEEDED.problem()] if self.forbidden == action.id else []

    def before_arrive(self, moment: Moment, to: str) -> Iterable[Any]:
        if to != "bank":
            return []
        self.taken += 1
        return [errors.EXTENSION_REASON.problem()] if self.taken > moment.definition.parts.get("toy", 9) else []

    def on_leave(self, moment: Moment, place: str) -> None:
        self.told_of.append(("leave", place))

    def on_arrive(self, moment: Moment, step: Any) -> None:
        self.told_of.append(("arrive", step.id))
        if step.id == self.goes_on:
            take_way(moment.case, part="toy", what="drawn", to="bank", details={"ticket": 7})

    def on_outcome(self, moment: Moment, outcome: Any) -> None:
        self.told_of.append(("outcome", outcome.id, str(outcome.parts.get("toy", ""))))

    def holds_back(self, case: Case, definition: Definition, step: Any) -> Any:
        return errors.GROUNDS_NEEDED.problem() if self.held else None

    def on_scan(self, now: datetime, report: ScanReport) -> None:
        report.did("抽签", 2)

    def may_read(self, actor: Any, case: Case, definition: Definition) -> bool:
        return actor.label == "抽签员"

    def pages(self, actor: Any, case: Case, definition: Definition) -> Iterable[Snippet]:
        return [Snippet("cases/_story.html", {"seats": definition.parts.get("toy")})]

    def told(self, line: CaseAction, definition: Definition) -> tuple[str, tuple[tuple[str, str], ...]]:
        return "抽签", (("签号", str(line.details.get("ticket", ""))),)

    def check_case(self, case: Case, definition: Definition, lines: list[CaseAction]) -> Iterable[Any]:
        return [errors.DEADLINE_DIFFERS.problem(public_id=case.public_id, why="签号不对")] if self.held else []


LOTTERY = changed(
    ("id: sample-request", "id: sample-request\nseats: 2"),
    ("    of: department\n    deadline", "    of: department\n    lottery: {won: bank, lost: refused}\n    deadline"),
    ("title: 准予, kind: granted,", "title: 准予, kind: granted, prize: 金杯,"),
)


@pytest.fixture
def toy() -> Iterator[Toy]:
    part = Toy()
    parts_api.register_part(part)
    yield part
    del parts_api._PARTS["toy"]
    parts_api._sorted.clear()


@pytest.fixture
def lottery(toy: Toy, world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    definition = read_definition(LOTTERY, file="lottery.yaml")
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (definition.document, "lottery.yaml"))
    return world


def test_a_key_no_part_reads_stays_unknown() -> None:
    with pytest.raises(Refusal) as refused:
        read_definition(LOTTERY, file="lottery.yaml")
    assert {p.code for p in refused.value.problems} == {"PRC-002"}
    assert [p.where.value or p.where.title for p in refused.value.problems] == [
        "seats",
        "steps.1.lottery",
        "outcomes.0.prize",
    ]


def test_parts_keep_what_they_read_and_their_ways_are_checked(toy: Toy) -> None:
    definition = read_definition(LOTTERY, file="lottery.yaml")
    assert definition.parts == {"toy": 2}
    assert definition.steps["department"].parts == {"toy": Lottery("bank", "refused")}
    assert definition.outcomes["granted"].parts == {"toy": "金杯"}
    assert [(w.part, w.path, w.to) for w in definition.steps["department"].ways] == [
        ("toy", "lottery.won", "bank"),
        ("toy", "lottery.lost", "refused"),
    ]
    for old, new, code in (
        ("won: bank", "won: bnak", "PRC-006"),
        ("won: bank", "won: back", "PRC-006"),
        ("won: bank, ", "", "PRC-003"),
        ("seats: 2", "seats: 7", "PRC-004"),
        ("seats: 2", "seats: many", "PRC-004"),
    ):
        with pytest.raises(Refusal) as refused:
            read_definition(LOTTERY.replace(old, new), file="lottery.yaml")
        assert {p.code for p in refused.value.problems} == {code}, (old, new)


def test_a_step_with_ways_needs_no_actions_and_makes_others_reachable(toy: Toy) -> None:
    start = LOTTERY.index("    actions:\n      - {id: approve, title: 同意, to: bank")
    end = LOTTERY.index("  - id: correct")
    definition = read_definition(LOTTERY[:start] + LOTTERY[end:], file="lottery.yaml")
    assert definition.steps["department"].actions == ()


def test_two_parts_cannot_read_one_key(toy: Toy) -> None:
    class Other(Part):
        name = "other"
        step_keys = ("lottery",)

    with pytest.raises(ValueError, match="lottery"):
        parts_api.register_part(Other())
    with pytest.raises(ValueError, match="already"):
        parts_api.register_part(Toy())


def test_parts_are_told_of_every_place(lottery: World, toy: Toy) -> None:
    case = lottery.at("bank")
    case = lottery.act(case, "qian", "return", opinion={"items": [ITEM]})
    lottery.hand_in(case, digest="b")
    case = lottery.act(case, "wu", "submit")
    case = lottery.act(case, "qian", "refuse", opinion={"reasons": ["other"], "text": "不够。"})
    case = lottery.act(case, "wu", "appeal", opinion="够的。")
    case = lottery.act(case, "wu", "withdraw")
    assert toy.told_of == [
        ("open", "declare"),
        ("arrive", "declare"),
        ("leave", "declare"),
        ("arrive", "department"),
        ("leave", "department"),
        ("arrive", "bank"),
        ("leave", "bank"),
        ("arrive", "correct"),
        ("leave", "correct"),
        ("arrive", "bank"),
        ("leave", "bank"),
        ("outcome", "refused", ""),
        ("leave", "refused"),
        ("arrive", "reconsider"),
        ("leave", "reconsider"),
    ]
    assert replay(case)[1] == []


def test_a_part_may_refuse_a_place_and_nothing_is_left_of_it(lottery: World, toy: Toy) -> None:
    for _ in range(2):
        lottery.at("bank")
    case = lottery.at("department")
    before = CaseAction.objects.count()
    with pytest.raises(Refusal) as refused:
        lottery.act(case, "ma", "approve", opinion="同意。")
    assert refused.value.code == "PRC-126"
    case.refresh_from_db()
    assert case.step == "department" and CaseAction.objects.count() == before
    toy.forbidden = "refuse"
    with pytest.raises(Refusal) as refused:
        lottery.act(case, "ma", "refuse", opinion={"reasons": ["too_small"]})
    assert refused.value.code == "PRC-140"
    toy.forbidden = "open"
    with pytest.raises(Refusal):
        lottery.open()


def test_a_part_takes_its_own_way_and_the_log_replays(lottery: World, toy: Toy) -> None:
    case = lottery.at("department")
    case = take_way(case, part="toy", what="drawn", to="bank", opinion="三号中签。", details={"ticket": 3})
    assert (case.step, case.waiting_role) == ("bank", "credit_officer")
    line = CaseAction.objects.latest("id")
    assert (line.action, line.details["part"], line.details["what"], line.details["to"]) == (
        "part_move",
        "toy",
        "drawn",
        "bank",
    )
    told = story(case)[-1]
    assert (told.title, told.to, told.opinion) == ("抽签", "学分银行办结", "三号中签。")
    assert ("签号", "3") in told.details
    assert toy.told_of[-2:] == [("leave", "department"), ("arrive", "bank")]
    case = lottery.act(case, "qian", "approve", opinion="准予。", values={"form": "pass"})
    assert toy.told_of[-1] == ("outcome", "granted", "金杯")
    assert replay(case)[1] == []
    toy.held = True
    assert [p.code for p in replay(case)[1]] == ["PRC-207"]


def test_a_part_cannot_take_a_way_it_did_not_declare(lottery: World) -> None:
    case = lottery.at("department")
    for part, to in (("toy", "granted"), ("other", "bank"), ("toy", "nowhere")):
        with pytest.raises(machine.Impossible):
            take_way(case, part=part, what="drawn", to=to)
    case.refresh_from_db()
    assert case.step == "department" and replay(case)[1] == []


def test_a_part_moves_the_case_on_as_soon_as_it_arrives(lottery: World, toy: Toy) -> None:
    toy.goes_on = "department"
    case = lottery.open()
    lottery.hand_in(case)
    case = lottery.act(case, "wu", "submit")
    assert case.step == "bank"
    assert [line.action for line in CaseAction.objects.order_by("sequence")][-2:] == ["submit", "part_move"]
    assert replay(case)[1] == []


def test_a_note_disturbs_nobody(lottery: World) -> None:
    case = lottery.at("department")
    revision, due = case.revision, case.due_on
    note_part(case, part="toy", what="ticket", details={"ticket": 5})
    assert (case.revision, case.due_on, case.step) == (revision, due, "department")
    assert story(case)[-1].details == (("签号", "5"),)
    case = lottery.act(case, "ma", "approve", revision=revision, opinion="同意。")
    assert case.step == "bank" and replay(case)[1] == []
    done = lottery.act(case, "qian", "approve", opinion="准予。", values={"form": "pass"})
    note_part(done, part="toy", what="later", details={"ticket": 6})
    assert replay(done)[1] == []


def test_a_part_holds_a_lapse_back_until_it_lets_go(lottery: World, toy: Toy) -> None:
    case = lottery.at("correct")
    late = datetime(2025, 11, 20, 9, tzinfo=CHINA_TIME)
    toy.held = True
    report = scan_deadlines(late)
    case.refresh_from_db()
    assert (case.step, report.lapsed, report.stuck) == ("correct", 0, [])
    assert report.done == {"抽签": 2} and "抽签2件" in report.sentence()
    toy.held = False
    assert scan_deadlines(late).lapsed == 1
    case.refresh_from_db()
    assert case.outcome == "lapsed" and toy.told_of[-1] == ("outcome", "lapsed", "")
    assert replay(case)[1] == []


def test_a_part_that_breaks_does_not_hold_up_the_scan(lottery: World, toy: Toy, monkeypatch) -> None:
    def broken(now: datetime, report: ScanReport) -> None:
        raise RuntimeError("the part broke")

    monkeypatch.setattr(toy, "on_scan", broken)
    case = lottery.at("correct")
    report = scan_deadlines(datetime(2025, 11, 20, 9, tzinfo=CHINA_TIME))
    assert report.lapsed == 1 and [name for name, _ in report.stuck] == ["toy"]
    assert Case.objects.get(pk=case.pk).outcome == "lapsed"


def test_parts_let_read_show_and_take(lottery: World, toy: Toy, monkeypatch) -> None:
    from dataclasses import replace

    from guantong.procedure.cases.forms import take_posted
    from guantong.procedure.cases.selectors import access_case_for

    case = lottery.at("department")
    stranger = replace(lottery.cast.zhou, user_id=9000, posts=(), label="抽签员")
    assert access_case_for(stranger, case.public_id).pk == case.pk
    with pytest.raises(Refusal):
        access_case_for(replace(stranger, label="路人"), case.public_id)
    snippets = case_parts(lottery.cast.ma, case)["procedure"]["snippets"]
    assert {"seats": 2} in [snippet.variables for snippet in snippets]
    taken: list[tuple[str, str]] = []
    monkeypatch.setattr(toy, "take_posted", lambda actor, case, what, post, files: taken.append((what, post["x"])))
    assert take_posted(actor=lottery.cast.ma, case=case, post={"action": "toy.draw", "x": "1"}).pk == case.pk  # type: ignore[arg-type]
    assert taken == [("draw", "1")]
