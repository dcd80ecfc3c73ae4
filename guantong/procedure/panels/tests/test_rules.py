"""The draw, dropping and ranking: examples and properties. No database."""

from __future__ import annotations

import hashlib
import hmac
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guantong.procedure.panels.drawing import TooFew, commitment_of, draw, lot, new_seed, next_after, order_of, ticket
from guantong.procedure.panels.ranking import Entry, Rule, settle
from guantong.procedure.panels.scoring import Criterion, Drop, shown, tally

untimed = settings(deadline=None)
SEED = "0f" * 32
TWO = (Criterion("base", "基础", Decimal(30)), Criterion("plan", "方案", Decimal(70)))

names = st.text("ABCDEFGH23456", min_size=1, max_size=4)
rosters = st.sets(names, min_size=1, max_size=12)
seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)


# ---- draw ----------------------------------------------------------------------------------------------------------


def test_a_ticket_is_the_hmac_anyone_can_compute():
    expected = hmac.new(bytes.fromhex(SEED), b"guantong-panel-order-v1\x00CASE\x1fMEMBER", hashlib.sha256).hexdigest()
    assert ticket(SEED, "CASE", "MEMBER") == expected
    assert commitment_of(SEED) == hashlib.sha256(b"guantong-panel-seed-v1\x00" + bytes.fromhex(SEED)).hexdigest()


def test_the_draw_of_a_known_seed_is_known():
    drawn = draw(SEED, "CASE", ["A", "B", "C", "D", "E"], 2, {order_of(SEED, "CASE", "ABCDE")[0]})
    order = order_of(SEED, "CASE", "ABCDE")
    assert drawn.order == order
    assert drawn.seats == order[1:3]
    assert drawn.skipped == order[:1]


def test_a_seed_is_new_each_time_and_no_other_text_is_one():
    assert new_seed() != new_seed()
    for text in ("", "zz" * 32, "0f" * 31):
        with pytest.raises(ValueError):
            commitment_of(text)


@untimed
@given(seeds, names, rosters, st.data())
def test_a_draw_takes_the_first_who_are_free_and_never_one_who_is_recused(seed, case, roster, data):
    recused = data.draw(st.sets(st.sampled_from(sorted(roster))))
    free = roster - recused
    count = data.draw(st.integers(0, len(roster)))
    if count > len(free):
        with pytest.raises(TooFew) as caught:
            draw(seed, case, roster, count, recused)
        assert caught.value.found == len(free)
        return
    drawn = draw(seed, case, sorted(roster, reverse=True), count, recused)
    assert drawn == draw(seed, case, sorted(roster), count, recused)  # a draw repeated gives the same
    assert len(set(drawn.seats)) == count and not set(drawn.seats) & recused
    assert set(drawn.skipped) <= recused
    assert sorted(drawn.order) == sorted(roster)
    assert tuple(m for m in drawn.order if m not in recused)[:count] == drawn.seats


@untimed
@given(seeds, names, rosters, st.data())
def test_whoever_is_replaced_is_replaced_by_the_next_of_the_same_order(seed, case, roster, data):
    recused = data.draw(st.sets(st.sampled_from(sorted(roster))))
    count = data.draw(st.integers(0, len(roster - recused)))
    drawn = draw(seed, case, roster, count, recused)
    following, _ = next_after(drawn.order, drawn.seats, recused)
    free = [m for m in drawn.order if m not in recused]
    assert following == (free[count] if len(free) > count else None)


@untimed
@given(seeds, names, rosters, names)
def test_who_joins_the_roster_later_changes_nobody_elses_ticket(seed, case, roster, newcomer):
    assume(newcomer not in roster)
    after = order_of(seed, case, {*roster, newcomer})
    assert tuple(m for m in after if m != newcomer) == order_of(seed, case, roster)


# ---- scores --------------------------------------------------------------------------------------------------------


def sheet(base: str, plan: str) -> dict[str, Decimal]:
    return {"base": Decimal(base), "plan": Decimal(plan)}


def test_the_highest_and_the_lowest_do_not_count():
    sheets = {"a": sheet("30", "70"), "b": sheet("20", "60.5"), "c": sheet("25", "60"), "d": sheet("0", "1")}
    found = tally(sheets, TWO, Drop(1, 1))
    assert (found.dropped_high, found.dropped_low) == (("a",), ("d",))
    assert found.mean == Fraction(331, 4)  # (80.5 + 85) / 2
    assert found.by_criterion == {"base": Fraction(45, 2), "plan": Fraction(241, 4)}
    assert found.all_scores == Fraction(533, 8)
    assert found.spread == 99


def test_a_mean_is_exact_and_says_when_it_is_shown_rounded():
    sheets = {"a": sheet("10", "10"), "b": sheet("10", "10"), "c": sheet("10", "11")}
    found = tally(sheets, TWO, Drop())
    assert found.mean == Fraction(61, 3)
    assert shown(found.mean) == "≈20.33"
    assert shown(Fraction(41, 2)) == "20.5"
    assert shown(Fraction(100)) == "100"


def test_dropping_everybody_is_refused():
    with pytest.raises(ValueError):
        tally({"a": sheet("1", "1"), "b": sheet("2", "2")}, TWO, Drop(1, 1))


points = st.decimals(0, 30, places=2)
sheets_of = st.dictionaries(names, st.fixed_dictionaries({"base": points, "plan": points}), min_size=1, max_size=9)
drops = st.builds(Drop, st.integers(0, 2), st.integers(0, 2))


@untimed
@given(sheets_of, drops)
def test_the_mean_lies_among_the_totals_and_does_not_ask_for_names(sheets, drop):
    assume(len(sheets) > drop.highest + drop.lowest)
    found = tally(sheets, TWO, drop)
    totals = sorted(found.totals.values())
    kept = totals[drop.lowest : len(totals) - drop.highest]
    assert found.mean == sum(kept, Fraction(0)) / len(kept)
    assert totals[0] <= found.mean <= totals[-1]
    renamed = {f"{n:02}": s for n, s in enumerate(reversed(list(sheets.values())))}
    assert tally(renamed, TWO, drop).mean == found.mean
    assert sum(found.by_criterion.values(), Fraction(0)) == found.mean


@untimed
@given(sheets_of, drops, st.data())
def test_a_better_score_never_lowers_the_mean(sheets, drop, data):
    assume(len(sheets) > drop.highest + drop.lowest)
    who = data.draw(st.sampled_from(sorted(sheets)))
    more = data.draw(points)
    better = {**sheets, who: {**sheets[who], "plan": sheets[who]["plan"] + more}}
    assert tally(better, TWO, drop).mean >= tally(sheets, TWO, drop).mean


@untimed
@given(sheets_of, st.integers(1, 2), st.data())
def test_one_extreme_score_alone_cannot_leave_the_range_of_the_others(sheets, dropped, data):
    drop = Drop(dropped, dropped)
    assume(len(sheets) > 2 * dropped)
    who = data.draw(st.sampled_from(sorted(sheets)))
    others = [t for m, t in tally(sheets, TWO, Drop()).totals.items() if m != who]
    wild = {**sheets, who: {"base": Decimal(0), "plan": data.draw(st.sampled_from([Decimal(0), Decimal(1000)]))}}
    assert min(others) <= tally(wild, TWO, drop).mean <= max(others)


# ---- ranking -------------------------------------------------------------------------------------------------------


def entry(case: str, mean: int, *keys: int, body: str = "") -> Entry:
    return Entry(case, Fraction(mean), tuple(Fraction(k) for k in keys), lot(SEED, case), body)


def told(found: list) -> list[tuple]:
    return [(r.case, r.rank, r.is_passed, r.why) for r in found]


def test_a_threshold_is_reached_exactly():
    found = settle([entry("A", 60), entry("B", 59)], Rule(at_least=Fraction(60)))
    assert told(found) == [("A", 1, True, "above"), ("B", 2, False, "below")]
    assert found[0].line == 60


def test_the_best_so_many_pass_and_keys_settle_ties():
    entries = [entry("A", 80, 1), entry("B", 90, 0), entry("C", 80, 2), entry("D", 70, 9)]
    found = settle(entries, Rule(places=2))
    assert told(found) == [
        ("B", 1, True, "placed"),
        ("C", 2, True, "placed"),
        ("A", 3, False, "lost_tie"),
        ("D", 4, False, "no_place"),
    ]
    assert {r.line for r in found} == {Fraction(80)}


def test_whoever_is_equal_in_everything_shares_the_rank_and_the_lot_decides():
    entries = [entry("A", 80), entry("B", 80), entry("C", 80)]
    found = settle(entries, Rule(places=1))
    assert [r.rank for r in found] == [1, 1, 1]
    assert [r.place for r in found] == [1, 2, 3]
    assert found[0].case == min("ABC", key=lambda case: lot(SEED, case))
    assert [r.is_passed for r in found] == [True, False, False]


def test_each_body_has_its_own_places_and_its_own_line():
    entries = [entry("A", 90, body="x"), entry("B", 80, body="x"), entry("C", 70, body="y"), entry("D", 60, body="z")]
    found = settle(entries, Rule(places_of={"x": 1, "y": 1}))
    assert told(found) == [
        ("A", 1, True, "placed"),
        ("B", 2, False, "no_place"),
        ("C", 3, True, "placed"),
        ("D", 4, False, "no_place"),
    ]
    assert [(r.line, r.of) for r in found] == [(90, 2), (90, 2), (70, 1), (None, 1)]


def test_a_place_and_the_threshold_are_both_asked():
    found = settle([entry("A", 59), entry("B", 61)], Rule(at_least=Fraction(60), places=2))
    assert told(found) == [("B", 1, True, "placed"), ("A", 2, False, "below")]


entries_of = st.lists(
    st.tuples(names, st.integers(0, 5), st.integers(0, 2), st.sampled_from(["x", "y"])),
    max_size=10,
    unique_by=lambda e: e[0],
).map(lambda found: [Entry(c, Fraction(m), (Fraction(k),), lot(SEED, c), b) for c, m, k, b in found])
rules = st.builds(
    Rule,
    st.none() | st.integers(0, 5).map(Fraction),
    st.none() | st.integers(0, 6),
    st.none() | st.fixed_dictionaries({"x": st.integers(0, 4), "y": st.integers(0, 4)}),
)


@untimed
@given(entries_of, rules, st.randoms())
def test_ranking_is_fair_whole_and_blind_to_the_order_of_rows(entries, rule, random):
    found = settle(entries, rule)
    mixed = list(entries)
    random.shuffle(mixed)
    assert settle(mixed, rule) == found
    assert [r.place for r in found] == list(range(1, len(entries) + 1))
    by_case = {e.case: e for e in entries}
    passed = [by_case[r.case] for r in found if r.is_passed]
    failed = [by_case[r.case] for r in found if not r.is_passed]
    if rule.places is not None:
        assert len(passed) <= rule.places
    for body in ("x", "y"):
        here = [e for e in passed if e.body == body]
        if rule.places_of is not None:
            assert len(here) <= rule.places_of[body]
    for loser in failed:
        reaches = rule.at_least is None or loser.mean >= rule.at_least
        same = [e for e in passed if rule.places_of is None or e.body == loser.body]
        if not reaches:
            continue
        # nobody of the same body who is worse passed, and every place was taken
        full = rule.places is not None and len(passed) >= rule.places
        full = full or (rule.places_of is not None and len(same) >= rule.places_of[loser.body])
        assert full
        assert all((e.mean, e.keys) >= (loser.mean, loser.keys) for e in same)


@untimed
@given(entries_of, st.integers(0, 6), st.data())
def test_a_better_mean_never_costs_a_place(entries, places, data):
    assume(entries)
    chosen = data.draw(st.sampled_from(entries))
    before = {r.case: r for r in settle(entries, Rule(places=places))}
    better = [Entry(e.case, e.mean + (e is chosen), e.keys, e.lot, e.body) for e in entries]
    after = {r.case: r for r in settle(better, Rule(places=places))}
    assert after[chosen.case].place <= before[chosen.case].place
    assert after[chosen.case].is_passed >= before[chosen.case].is_passed
