"""Stages and states: every table is closed, reachable, and judged by one function."""

import pytest

from guantong.domains.admission.rules import states


@pytest.mark.parametrize("name", states.TABLES)
def test_every_state_can_be_reached_and_every_follower_is_known(name):
    table = states.TABLES[name]
    reached, waiting = {table.first}, [table.first]
    while waiting:
        for state in table.follows[waiting.pop()]:
            assert state in table.labels
            if state not in reached:
                reached.add(state)
                waiting.append(state)
    assert reached == set(table.labels) == set(table.follows)


@pytest.mark.parametrize("name", states.TABLES)
def test_every_pair_not_in_the_table_is_refused_with_both_labels(name):
    table = states.TABLES[name]
    for state in table.labels:
        for to in table.labels:
            problem = states.why_not_move(table, state, to)
            assert (problem is None) == table.may_move(state, to)
            if problem is not None:
                assert problem.code == "ADM-290"
                assert table.labels[state] in problem.message and table.labels[to] in problem.message


def test_a_locked_list_a_published_run_and_a_closed_round_never_change():
    assert states.LIST_STATES.is_final("locked")
    assert states.RUN_STATES.is_final("published")
    assert states.ROUND_STAGES.is_final("closed")


def test_only_living_placements_hold_a_place():
    assert states.PLACEMENT_STATES.alive == {"dispatched", "admitted", "confirmed", "registered"}


def test_work_outside_its_stage_names_the_stage_in_which_it_is_done():
    assert states.why_not_now("save_list", "choices") is None
    problem = states.why_not_now("save_list", "review")
    assert problem is not None and problem.code == "ADM-291"
    assert "学校审核" in problem.message and "填报志愿" in problem.do


@pytest.mark.parametrize("work", states.WORK)
def test_every_work_has_a_stage_that_exists(work):
    title, stages = states.WORK[work]
    assert title and stages
    assert stages <= set(states.CYCLE_STAGES.labels)
    assert all(states.why_not_now(work, stage) is None for stage in stages)


def test_a_real_run_starts_in_allocation_only_and_a_mock_run_while_lists_are_filled():
    started = {
        purpose: {stage for stage in states.CYCLE_STAGES.labels if states.why_not_run(purpose, stage) is None}
        for purpose in states.RUN_PURPOSES
    }
    assert started["real"] == {"allocation"}
    assert started["mock"] == {"choices", "allocation"}
    assert started["appeal"] == {"review", "confirmation", "closed"}
    assert started["trial"] == set(states.CYCLE_STAGES.labels)
