"""Worked by hand: filing to groups and schools, programmes inside, reassignment, filing ratio, files sent back."""

from __future__ import annotations

from guantong.engines.matching.model import Choice, Place
from guantong.engines.matching.tests.worked import both, group, instance_of, result_of, rules_of

G = [
    Place("Ga", "东湖", "G", "a", seats=2),
    Place("Gb", "东湖", "G", "b", seats=2),
    Place("Gc", "东湖", "G", "c", seats=1),
]
H = Place("H", "西岭", "H", "a", seats=9)
SEVEN = {f"c{number}": 710 - 10 * number for number in range(1, 8)}  # c1 700 … c7 640


def lists(**accepting: bool) -> dict[str, list[Choice]]:
    return {name: [group("G", "a", "b", accept=accepting.get(name, False)), group("H", "a")] for name in SEVEN}


@both
def test_five_seats_at_ratio_one_point_two_take_six_files(carry_out):
    """c1–c4 fill a and b; c5 accepts reassignment and gets c; c6 is the sixth file and finds everything full; c7 is not
    filed.
    """
    rules = rules_of(unit="group", ratio="1.2")
    result = result_of(carry_out, instance_of(rules, [*G, H], SEVEN, lists(c5=True, c6=True)))
    assert result.places == {"c1": "Ga", "c2": "Ga", "c3": "Gb", "c4": "Gb", "c5": "Gc", "c6": None, "c7": "H"}
    assert result.told("c3") == ["admitted", "placed_higher"]
    assert result.told("c5") == ["admitted_reassigned", "placed_higher"]
    # the nearest wished programme is b, whose last is c4 with 670; a's last is c2 with 690
    assert result.told("c6") == ["sent_back_full total 20000", "file_used ordinal 1"]
    assert result.reason("c6") == "sent_back_full"
    # the last filed is c6 with 650: that is the line of the group
    assert result.told("c7") == ["below_cutoff total 10000", "admitted"]
    row = result.row(None, unit="G")
    assert (row.values, row.seats, row.filed, row.admitted, row.full) == ((650_000,), 5, 6, 5, True)
    row = result.row("Gb")
    assert (row.values, row.seats, row.admitted, row.full) == ((670_000,), 2, 2, True)
    assert result.row("Gc").values == (660_000,)


@both
def test_not_accepting_reassignment_is_sent_back_though_a_programme_is_open(carry_out):
    """c stays empty: c5 and c6 refuse it, and with one shot c7 is still not filed."""
    result = result_of(carry_out, instance_of(rules_of(unit="group", ratio="1.2"), [*G, H], SEVEN, lists()))
    assert result.told("c5") == ["sent_back_programmes total 10000", "file_used ordinal 1"]
    assert result.told("c6") == ["sent_back_programmes total 20000", "file_used ordinal 1"]
    assert result.places["c7"] == "H"
    assert (result.row("Gc").admitted, result.row("Gc").full) == (0, False)


@both
def test_at_ratio_one_as_many_files_as_seats(carry_out):
    result = result_of(carry_out, instance_of(rules_of(unit="group"), [*G, H], SEVEN, lists(c5=True)))
    assert result.told("c6") == ["below_cutoff total 10000", "admitted"]


@both
def test_without_one_shot_the_file_goes_on_and_its_room_to_the_next(carry_out):
    """First pass: c5, c6 come back. Struck out, they go to H; c7 is then filed, wants a or b, comes back too and goes
    to H.
    """
    rules = rules_of(unit="group", ratio="1.2", one_shot=False)
    result = result_of(carry_out, instance_of(rules, [*G, H], SEVEN, lists()))
    assert [result.places[name] for name in ("c5", "c6", "c7")] == ["H", "H", "H"]
    assert result.told("c5") == ["sent_back_programmes total 10000", "admitted"]
    assert result.told("c7") == ["sent_back_programmes total 30000", "admitted"]
    assert result.outcome.runs == 3
    assert result.row(None, unit="G").filed == 4


@both
def test_who_wishes_any_programme_takes_them_in_the_order_of_places(carry_out):
    instance = instance_of(
        rules_of(unit="group"), G, {"c1": 700, "c2": 690, "c3": 680}, {n: [group("G")] for n in ("c1", "c2", "c3")}
    )
    result = result_of(carry_out, instance)
    assert result.places == {"c1": "Ga", "c2": "Ga", "c3": "Gb"}
    assert result.told("c3") == ["admitted"]  # never reassigned: every programme was wished


@both
def test_where_a_reassigned_candidate_goes(carry_out):
    """a full; b has one seat, c three: in the order of places b, by seats left c; then c has two left, still more than
    b.
    """
    places = [
        Place("Ga", "东湖", "G", "a", seats=1),
        Place("Gb", "东湖", "G", "b", seats=1),
        Place("Gc", "东湖", "G", "c", seats=3),
    ]
    people = {"c1": 700, "c2": 690, "c3": 680}
    choices = {name: [group("G", "a", accept=True)] for name in people}
    by_order = result_of(carry_out, instance_of(rules_of(unit="group"), places, people, choices))
    assert by_order.places == {"c1": "Ga", "c2": "Gb", "c3": "Gc"}
    rules = rules_of(unit="group", reassignment="most_seats_left")
    by_seats = result_of(carry_out, instance_of(rules, places, people, choices))
    assert by_seats.places == {"c1": "Ga", "c2": "Gc", "c3": "Gc"}


@both
def test_a_programme_of_two_kinds_means_both_places_in_order(carry_out):
    """Programme a is offered to everybody (1 seat) and to veterans (1 seat): the second veteran takes the veterans'
    place.
    """
    places = [
        Place("a1", "东湖", "G", "a", seats=1),
        Place("a2", "东湖", "G", "a", kind="veterans", seats=1),
    ]
    rules = rules_of(
        unit="school",
        conditions=[{"id": "veterans", "places": {"kind": "veterans"}, "require": {"key": "veteran", "equals": "是"}}],
    )
    people = {
        "c1": {"total": 700, "veteran": "是"},
        "c2": {"total": 690, "veteran": "否"},
        "c3": {"total": 680, "veteran": "是"},
    }
    result = result_of(carry_out, instance_of(rules, places, people, {name: [group("东湖", "a")] for name in people}))
    # two files for two seats: c1 and c2. c2 may not sit at a2, so c2 comes back, and c3 is not filed.
    assert result.places == {"c1": "a1", "c2": None, "c3": None}
    assert result.told("c2") == ["sent_back_full total 10000"]
    one = result_of(
        carry_out,
        instance_of({**rules, "stages": "one"}, places, people, {name: [group("东湖", "a")] for name in people}),
    )
    assert one.places == {"c1": "a1", "c2": None, "c3": "a2"}
    assert one.told("c2") == ["below_cutoff total 10000"]


@both
def test_nobody_is_filed_who_may_sit_nowhere_there(carry_out):
    rules = rules_of(unit="group", lines=[{"id": "line", "key": "total", "at_least": 660}])
    result = result_of(carry_out, instance_of(rules, [*G, H], SEVEN, lists(c5=True)))
    assert result.told("c6") == ["below_line line 10000", "below_line line 10000"]
    assert result.row(None, unit="G").filed == 5


@both
def test_one_stage_tries_the_next_choice_instead_of_sending_back(carry_out):
    """The one-stage form of the first example: c5 does not accept c, so goes to H at once; nobody is sent back."""
    result = result_of(carry_out, instance_of(rules_of(unit="group", stages="one"), [*G, H], SEVEN, lists()))
    assert result.told("c5") == ["below_cutoff total 10000", "admitted"]
    assert result.told("c7") == ["below_cutoff total 30000", "admitted"]
    assert all(row.place is not None for row in result.outcome.cutoffs)


@both
def test_tied_files_and_tied_programmes_under_each_policy(carry_out):
    """One seat each in a and b, ratio 1: two files. c1 700; c2, c3 tied at 690 for the one file left."""
    places = [Place("Ga", "东湖", "G", "a", seats=1), Place("Gb", "东湖", "G", "b", seats=1)]
    people = {"c1": 700, "c2": 690, "c3": 690, "c4": 680}
    choices = {name: [group("G", "a", "b")] for name in people}
    together = result_of(carry_out, instance_of(rules_of(unit="group"), places, people, choices))
    assert together.places == {"c1": "Ga", "c2": "Gb", "c3": "Gb", "c4": None}
    assert together.told("c2") == ["admitted_over_plan"]
    assert together.row(None, unit="G").filed == 3
    none = result_of(carry_out, instance_of(rules_of(unit="group", ties="reject_all"), places, people, choices))
    assert none.places == {"c1": "Ga", "c2": None, "c3": None, "c4": None}
    assert (none.told("c2"), none.told("c4")) == (["lost_tie ties"], ["below_cutoff total 20000"])


@both
def test_tied_files_inside_a_group_settle_programme_by_programme(carry_out):
    """Room for both files (ratio 1, three seats), but both want a (1 seat) first: under reject_all a closes, both find
    b (2 seats).
    """
    places = [Place("Ga", "东湖", "G", "a", seats=1), Place("Gb", "东湖", "G", "b", seats=2)]
    people = {"c1": 700, "c2": 700, "c3": 600}
    choices = {name: [group("G", "a", "b")] for name in people}
    result = result_of(carry_out, instance_of(rules_of(unit="group", ties="reject_all"), places, people, choices))
    assert result.places == {"c1": "Gb", "c2": "Gb", "c3": None}
    # c3 was filed third, but a is closed to everybody below the pair and b is full: told of the nearest, both 100 away
    assert result.told("c3") == ["sent_back_full total 100000"]


@both
def test_sequential_groups_file_on_the_seats_still_open(carry_out):
    """Ordinal 1: c1, c2 file to G (2 seats), c2 wants only a and comes back. Ordinal 2: one seat, one file: c3, not
    c4.
    """
    places = [Place("Ga", "东湖", "G", "a", seats=1), Place("Gb", "东湖", "G", "b", seats=1), H]
    people = {"c1": 700, "c2": 690, "c3": 680, "c4": 670}
    choices = {
        "c1": [group("G", "a")],
        "c2": [group("G", "a"), group("H")],
        "c3": [Choice("G", 2, ("b",))],
        "c4": [Choice("G", 2, ("b",))],
    }
    once = result_of(carry_out, instance_of(rules_of(mechanism="sequential", unit="group"), places, people, choices))
    assert once.places == {"c1": "Ga", "c2": None, "c3": "Gb", "c4": None}
    assert once.told("c2") == ["sent_back_programmes total 10000", "file_used ordinal 1"]
    assert once.told("c4") == ["below_cutoff total 10000"]
    rules = rules_of(mechanism="sequential", unit="group", one_shot=False)
    again = result_of(carry_out, instance_of(rules, places, people, choices))
    assert again.places["c2"] == "H"
    assert again.told("c2") == ["sent_back_programmes total 10000", "admitted"]


@both
def test_sequential_later_ordinals_find_the_group_served(carry_out):
    places = [Place("Ga", "东湖", "G", "a", seats=1)]
    choices = {"c1": [group("G")], "c2": [Choice("G", 2)]}
    rules = rules_of(mechanism="sequential", unit="group")
    result = result_of(carry_out, instance_of(rules, places, {"c1": 600, "c2": 700}, choices))
    assert result.told("c2") == ["served_earlier ordinal 1"]


@both
def test_a_send_back_strikes_one_programme_of_the_group(carry_out):
    """Not one shot: c1 is sent back by a for eyesight and gets b of the same group; with one shot the batch is over."""
    people = {"c1": 700, "c2": 690}
    choices = {"c1": [group("G", "a", "b")], "c2": [group("G", "a")]}
    back = [("c1", "Ga", "eyesight")]
    rules = rules_of(unit="group", one_shot=False)
    goes_on = result_of(carry_out, instance_of(rules, G, people, choices, send_backs=back))
    assert goes_on.places == {"c1": "Gb", "c2": "Ga"}
    over = result_of(carry_out, instance_of(rules_of(unit="group"), G, people, choices, send_backs=back))
    assert over.places == {"c1": None, "c2": "Ga"}
    assert over.told("c1") == ["sent_back_by_school eyesight"]


@both
def test_deferred_acceptance_of_groups_takes_place_by_place(carry_out):
    rules = rules_of(mechanism="deferred_acceptance", unit="group")
    result = result_of(carry_out, instance_of(rules, [*G, H], SEVEN, lists(c5=True)))
    assert result.places == {"c1": "Ga", "c2": "Ga", "c3": "Gb", "c4": "Gb", "c5": "Gc", "c6": "H", "c7": "H"}
    assert result.told("c5") == ["admitted_reassigned", "placed_higher"]


@both
def test_what_the_own_tied_set_closes_still_counts_in_the_order_of_reassignment(carry_out):
    """Five with 600 come at once. d and c stand at w (one seat), x, y, z at a (two ordinary seats): both are closed, as
    neither fits. c accepts reassignment and is a veteran: before the set came c could use three seats of a and two of
    b, so a comes first, and there the seat kept for veterans. Seats counted after the closing would have said b.
    """
    rules = rules_of(
        unit="group",
        stages="one",
        ties="reject_all",
        reassignment="most_seats_left",
        quotas=[{"id": "veterans", "places": {"programme": "a"}, "who": {"key": "veteran", "equals": "是"},
                 "seats": 1, "kind": "floor"}],
    )  # fmt: skip
    places = [
        Place("Ga", "东湖", "G", "a", seats=3),
        Place("Gb", "东湖", "G", "b", seats=2),
        Place("Gw", "东湖", "G", "w", seats=1),
    ]
    people = {name: {"total": 600, "veteran": "是" if name == "c" else "否"} for name in ("c", "d", "x", "y", "z")}
    wishes = {name: [group("G", "a")] for name in ("x", "y", "z")}
    result = result_of(
        carry_out,
        instance_of(rules, places, people, {"c": [group("G", "w", accept=True)], "d": [group("G", "w")], **wishes}),
    )
    assert result.places == {"c": "Ga", "d": None, "x": None, "y": None, "z": None}
    assert (result.slice_of("c"), result.told("c")) == ("veterans", ["admitted_reassigned"])
    assert result.told("x") == ["lost_tie ties"]
    assert (result.row("Ga").admitted, result.row("Gb").admitted) == (0, 0)
