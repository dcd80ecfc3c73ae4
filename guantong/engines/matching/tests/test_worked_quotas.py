"""Worked by hand: seats kept, exact seats, ceilings, own lines, and where unfilled seats go."""

from __future__ import annotations

import pytest

from guantong.engines.matching.model import Place
from guantong.engines.matching.tests.worked import both, group, instance_of, result_of, rules_of
from guantong.kernel.refusal import Refusal

P = Place("P", seats=3)
VETERAN = {"key": "veteran", "equals": "是"}


def people(**totals: int) -> dict[str, dict[str, object]]:
    """Names that begin with v are veterans."""
    return {name: {"total": total, "veteran": "是" if name[0] == "v" else "否"} for name, total in totals.items()}


def to_p(rows: dict[str, dict[str, object]]) -> dict[str, list[str]]:
    return {name: ["P"] for name in rows}


def keep(kind: str = "floor", **more: object) -> dict[str, object]:
    return {"id": "veterans", "kind": kind, "who": VETERAN, "seats": 1, **more}


@both
def test_a_floor_keeps_seats_for_members(carry_out):
    rows = people(n1=600, n2=590, n3=580, v1=500)
    result = result_of(carry_out, instance_of(rules_of(quotas=[keep()]), [P], rows, to_p(rows)))
    assert result.places == {"n1": "P", "n2": "P", "n3": None, "v1": "P"}
    assert (result.slice_of("v1"), result.slice_of("n1")) == ("veterans", "ordinary")
    assert result.told("n3") == ["below_cutoff total 10000"]  # the last ordinary seat went to 590
    assert (result.row("P").seats, result.row("P", "veterans").seats) == (2, 1)
    assert result.row("P", "veterans").values == (500_000,)


@both
def test_unfilled_kept_seats_become_ordinary_and_the_run_is_repeated(carry_out):
    rows = people(n1=600, n2=590, n3=580, n4=570)
    result = result_of(carry_out, instance_of(rules_of(quotas=[keep()]), [P], rows, to_p(rows)))
    assert [name for name, place in result.places.items() if place] == ["n1", "n2", "n3"]
    assert result.outcome.runs == 2
    assert (result.row("P").seats, result.row("P", "veterans").seats) == (3, 0)
    stay = rules_of(quotas=[keep(unfilled_to="none")])
    result = result_of(carry_out, instance_of(stay, [P], rows, to_p(rows)))
    assert [name for name, place in result.places.items() if place] == ["n1", "n2"]
    assert result.row("P", "veterans").seats == 1


@both
def test_before_uses_the_kept_seat_first_after_only_when_ordinary_seats_are_gone(carry_out):
    """Three seats, one kept. Before: v1 takes the kept one, n1, n2 the others. After: v1, n1 take ordinary ones, v2 the
    kept.
    """
    rows = people(v1=700, n1=600, n2=590, v2=500)
    before = result_of(carry_out, instance_of(rules_of(quotas=[keep(order="before")]), [P], rows, to_p(rows)))
    assert before.places == {"v1": "P", "n1": "P", "n2": "P", "v2": None}
    # v2 is 200 behind the kept seat's v1 and 90 behind the ordinary seats' n2: told of the nearer
    assert before.told("v2") == ["below_cutoff total 90000"]
    after = result_of(carry_out, instance_of(rules_of(quotas=[keep(order="after")]), [P], rows, to_p(rows)))
    assert after.places == {"v1": "P", "n1": "P", "n2": None, "v2": "P"}
    assert (after.slice_of("v1"), after.slice_of("v2")) == ("ordinary", "veterans")
    assert after.told("n2") == ["below_cutoff total 10000"]


@both
def test_exact_binds_members_to_their_seats_and_leaves_the_rest_alone(carry_out):
    rows = people(v1=700, v2=690, n1=600)
    result = result_of(carry_out, instance_of(rules_of(quotas=[keep("exact")]), [P], rows, to_p(rows)))
    assert result.places == {"v1": "P", "v2": None, "n1": "P"}
    assert result.told("v2") == ["below_cutoff total 10000"]
    assert (result.row("P").seats, result.row("P").admitted) == (2, 1)
    # unfilled exact seats stay empty unless told otherwise
    rows = people(n1=600, n2=590, n3=580)
    empty = result_of(carry_out, instance_of(rules_of(quotas=[keep("exact")]), [P], rows, to_p(rows)))
    assert empty.places["n3"] is None
    flow = rules_of(quotas=[keep("exact", unfilled_to="ordinary")])
    assert result_of(carry_out, instance_of(flow, [P], rows, to_p(rows))).places["n3"] == "P"


@both
def test_a_ceiling_stops_members_only(carry_out):
    rows = people(v1=700, v2=690, n1=600, n2=590)
    result = result_of(carry_out, instance_of(rules_of(quotas=[keep("ceiling")]), [P], rows, to_p(rows)))
    assert result.places == {"v1": "P", "v2": None, "n1": "P", "n2": "P"}
    assert result.told("v2") == ["quota_full veterans"]
    assert result.row("P").full


@both
def test_below_the_cutoff_counts_before_the_ceiling(carry_out):
    """v2 is behind both the ceiling and the last admitted: the cut-off is told, it has a distance."""
    rows = people(v1=700, n1=600, n2=590, v2=500)
    result = result_of(carry_out, instance_of(rules_of(quotas=[keep("ceiling")]), [P], rows, to_p(rows)))
    assert result.told("v2") == ["below_cutoff total 90000"]


@both
def test_a_tied_set_goes_over_a_ceiling_as_over_the_seats(carry_out):
    rows = people(v1=700, v2=700, n1=600)
    result = result_of(carry_out, instance_of(rules_of(quotas=[keep("ceiling")]), [P], rows, to_p(rows)))
    assert result.told("v1") == result.told("v2") == ["admitted_over_plan"]
    assert result.told("n1") == ["admitted"]


@both
def test_a_share_is_rounded_down(carry_out):
    """A tenth of 19 seats is one, of nine none."""
    rows = people(n1=600)
    share = {"id": "veterans", "kind": "floor", "who": VETERAN, "share": "0.1", "unfilled_to": "none"}
    for seats, kept in ((19, 1), (9, 0)):
        result = result_of(
            carry_out, instance_of(rules_of(quotas=[share]), [Place("P", seats=seats)], rows, to_p(rows))
        )
        assert (result.row("P").seats, result.row("P", "veterans").seats) == (seats - kept, kept)


@both
def test_an_own_line_replaces_the_line_of_the_same_key_on_kept_seats(carry_out):
    """60 % of the line of 180 is 108. v1 with 110 sits on the kept seat, n1 with 110 nowhere, v2 misses the own line by
    8.
    """
    quota = keep(lines=[{"id": "own_line", "key": "culture", "at_least": 108}], unfilled_to="none")
    lines = [{"id": "line", "key": "culture", "at_least": 180}, {"id": "skill_line", "key": "skill", "at_least": 50}]
    rows = {
        "v1": {"total": 500, "culture": 110, "skill": 60, "veteran": "是"},
        "n1": {"total": 600, "culture": 110, "skill": 60, "veteran": "否"},
        "v2": {"total": 700, "culture": 100, "skill": 60, "veteran": "是"},
        "v3": {"total": 700, "culture": 150, "skill": 49, "veteran": "是"},
        "v4": {"total": 400, "culture": 190, "skill": 60, "veteran": "是"},
    }
    result = result_of(carry_out, instance_of(rules_of(quotas=[quota], lines=lines), [P], rows, to_p(rows)))
    assert result.places == {"v1": "P", "n1": None, "v2": None, "v3": None, "v4": "P"}
    assert (result.slice_of("v1"), result.slice_of("v4")) == ("veterans", "ordinary")
    assert result.told("n1") == ["below_line line 70000"]
    assert result.told("v2") == ["below_line own_line 8000"]
    assert result.told("v3") == ["below_line skill_line 1000"]  # the other line still holds there


@both
def test_seats_overflow_from_quota_to_quota_to_ordinary(carry_out):
    """One seat each for heroes, veterans, all. No hero: the seat goes to the veterans (v1, v2 sit), none left over."""
    hero = {
        "id": "heroes",
        "kind": "floor",
        "who": {"key": "hero", "equals": "是"},
        "seats": 1,
        "unfilled_to": "veterans",
    }
    rows = {
        "n1": {"total": 600, "veteran": "否", "hero": "否"},
        "n2": {"total": 590, "veteran": "否", "hero": "否"},
        "v1": {"total": 500, "veteran": "是", "hero": "否"},
        "v2": {"total": 490, "veteran": "是", "hero": "否"},
    }
    rules = rules_of(quotas=[hero, keep()])
    result = result_of(carry_out, instance_of(rules, [P], rows, to_p(rows)))
    assert result.places == {"n1": "P", "n2": None, "v1": "P", "v2": "P"}
    seats = [result.row("P", name).seats for name in ("ordinary", "heroes", "veterans")]
    assert seats == [1, 0, 2] and result.outcome.runs == 2
    # without v2 it flows on: heroes → veterans → ordinary, one step a repetition
    del rows["v2"]
    result = result_of(carry_out, instance_of(rules, [P], rows, to_p(rows)))
    assert result.places == {"n1": "P", "n2": "P", "v1": "P"}
    seats = [result.row("P", name).seats for name in ("ordinary", "heroes", "veterans")]
    assert seats == [2, 0, 1] and result.outcome.runs == 3


@both
def test_overflow_passes_over_a_quota_that_is_not_at_the_place(carry_out):
    """Heroes' seats go to the veterans', but those are kept at Q only: at P they go on to the ordinary ones."""
    hero = {
        "id": "heroes",
        "kind": "floor",
        "who": {"key": "hero", "equals": "是"},
        "seats": 1,
        "unfilled_to": "veterans",
        "places": {"place_id": "P"},
    }
    rows = {name: {"total": 600, "veteran": "否", "hero": "否"} for name in ("n1", "n2", "n3")}
    rules = rules_of(quotas=[hero, keep(places={"place_id": ["Q"]})])
    result = result_of(carry_out, instance_of(rules, [P, Place("Q", seats=1)], rows, to_p(rows)))
    assert list(result.places.values()) == ["P", "P", "P"]
    assert result.row("P").seats == 3


@both
def test_kept_seats_have_their_own_pool_of_files(carry_out):
    """Ten seats' group, one kept: at ratio 1 the ordinary pool takes files for its own seats, the veteran is filed
    beside them.
    """
    places = [Place("Ga", "东湖", "G", "a", seats=2), Place("Gb", "东湖", "G", "b", seats=1)]
    rows = people(n1=600, n2=590, n3=580, v1=400)
    choices = {name: [group("G", "a", "b")] for name in rows}
    rules = rules_of(unit="group", quotas=[keep(places={"programme": "a"})])
    result = result_of(carry_out, instance_of(rules, places, rows, choices))
    assert result.places == {"n1": "Ga", "n2": "Gb", "n3": None, "v1": "Ga"}
    assert result.told("n3") == ["below_cutoff total 10000"]
    assert (result.row(None, unit="G").filed, result.row(None, "veterans", unit="G").filed) == (2, 1)


@both
def test_fixed_members_sit_on_kept_seats_first_and_count_under_ceilings(carry_out):
    rows = people(v0=1, v1=700, n1=600, n2=590, n3=580)
    choices = {name: ["P"] for name in rows if name != "v0"}
    fixed = [("v0", "P")]
    result = result_of(carry_out, instance_of(rules_of(quotas=[keep()]), [P], rows, choices, fixed=fixed))
    assert (result.slice_of("v0"), result.places["n1"], result.places["n2"]) == ("veterans", "P", None)
    assert (result.row("P").seats, result.row("P", "veterans").seats) == (2, 0)
    result = result_of(carry_out, instance_of(rules_of(quotas=[keep("ceiling")]), [P], rows, choices, fixed=fixed))
    assert result.told("v1") == ["quota_full veterans"]
    assert (result.places["n1"], result.places["n2"], result.places["n3"]) == ("P", "P", None)


@both
def test_a_seat_that_moved_on_in_an_earlier_round_is_not_given_twice(carry_out):
    """Three seats, one kept for veterans, whom nobody was: it had moved on and three others hold the place. In the
    next round neither a veteran nor anybody else finds a seat; when one of the three left, one seat is open.
    """
    rows = people(n1=600, n2=590, n3=580, n4=570, v1=400)
    choices = {name: ["P"] for name in ("n4", "v1")}
    rules = rules_of(quotas=[keep(order="after")])
    fixed = [("n1", "P"), ("n2", "P"), ("n3", "P")]
    result = result_of(carry_out, instance_of(rules, [P], rows, choices, fixed=fixed))
    assert (result.places["n4"], result.places["v1"]) == (None, None)
    assert (result.row("P").seats, result.row("P", "veterans").seats) == (0, 0)
    result = result_of(carry_out, instance_of(rules, [P], rows, choices, fixed=fixed[:2]))
    assert (result.places["n4"], result.places["v1"]) == (None, "P")


@both
def test_a_fixed_member_gives_up_an_ordinary_seat_for_a_kept_one(carry_out):
    """The veteran sat down on an ordinary seat first; the kept seat does not move on, so it is the veteran's, and the
    place is full.
    """
    rows = people(v0=700, n1=600, n2=590, v1=400)
    rules = rules_of(quotas=[keep(order="after", unfilled_to="none")])
    fixed = [("v0", "P"), ("n1", "P"), ("n2", "P")]
    result = result_of(carry_out, instance_of(rules, [P], rows, {"v1": ["P"]}, fixed=fixed))
    assert result.places["v1"] is None
    assert (result.slice_of("v0"), result.slice_of("n1")) == ("veterans", "ordinary")


def test_more_kept_than_there_is_refused_with_the_place():
    rows = people(n1=600)
    with pytest.raises(Refusal) as refused:
        instance_of(rules_of(quotas=[keep(seats=2), keep(id="more", seats=2)]), [P], rows, to_p(rows))
    (problem,) = refused.value.problems
    assert (problem.code, problem.where.title) == ("MTC-126", "计划P")
    assert "3 个名额" in problem.message and "4 个" in problem.message
