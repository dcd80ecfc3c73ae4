"""Made-up candidates of a channel, for property tests: facts and scores at and around every limit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from hypothesis import strategies as st

from guantong.domains.admission.rules.conditions import Cell, comparisons_in
from guantong.domains.admission.rules.declaration import Channel
from guantong.domains.admission.rules.declaration.coherence import all_conditions
from guantong.domains.admission.rules.facts import read_facts
from guantong.domains.admission.rules.scoring import ABSENT, Composition, compose, papers_for


@st.composite
def facts_for(draw: st.DrawFn, channel: Channel) -> dict[str, Cell]:
    """Typed facts; numbers at, just below and just above every number a condition names."""
    given: dict[str, object] = {}
    for attribute in channel.attributes:
        if attribute.kind == "choice":
            values: st.SearchStrategy[object] = st.sampled_from(attribute.choices)
        elif attribute.kind == "flag":
            values = st.booleans()
        elif attribute.kind == "number":
            named = {
                value
                for condition in all_conditions(channel)
                for test in comparisons_in(condition)
                for value in test.values
                if test.key == attribute.id and isinstance(value, Decimal)
            }
            near = [n + d for n in named or {Decimal(1)} for d in (Decimal("-0.001"), Decimal(0), Decimal("0.001"))]
            values = st.sampled_from(near)
        else:
            values = st.sampled_from(["甲", "乙", "001"])
        given[attribute.id] = draw(values if attribute.required else st.one_of(st.none(), values))
    return read_facts(channel, given)


@st.composite
def scores_for(draw: st.DrawFn, channel: Channel, facts: Mapping[str, Cell]) -> Composition:
    """A composition of allowed scores: spread over the whole mark, or absent."""
    given: dict[str, object] = {}
    for paper in papers_for(channel, facts):
        if paper.grades:
            given[paper.id] = draw(st.sampled_from([grade for grade, _ in paper.grades]))
        elif draw(st.integers(0, 15)) == 0:
            given[paper.id] = ABSENT
        else:
            steps = int(paper.full_mark.value / paper.step)
            least = draw(st.sampled_from([0, steps // 3, steps // 2]))
            given[paper.id] = draw(st.integers(least, steps)) * paper.step
    return compose(channel, facts, given)
