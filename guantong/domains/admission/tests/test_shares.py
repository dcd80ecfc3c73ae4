"""Shares to be kept: counted, divided exactly, and held against the parameter with its clause."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.domains.admission.rules.shares import Admitted, Counted, reports
from guantong.domains.admission.tests.declared import changed, channel_in, place

MEASURES = """\
        numerator: {count: admitted, who: {key: group, equals: 中职毕业生}}
        denominator: {count: admitted}
"""


def admitted(*groups):
    return [Admitted(place(), {"group": group}) for group in groups]


@pytest.fixture(scope="module")
def channel(tmp_path_factory):
    return channel_in(tmp_path_factory.mktemp("shares"))


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    text = changed("        parameter: admission.reserved\n", "        parameter: admission.about_equal\n")
    figures = (
        "        numerator: {count: figure, figure: vocational_enrolment}\n"
        "        denominator: {count: figure, figure: general_enrolment}\n"
    )
    return channel_in(tmp_path_factory.mktemp("words"), changed(MEASURES, figures, text))


@pytest.fixture(scope="module")
def seats(tmp_path_factory):
    text = changed(
        MEASURES, "        numerator: {count: seats, places: {level: bachelor}}\n        denominator: {count: seats}\n"
    )
    return channel_in(tmp_path_factory.mktemp("seats"), text)


def test_a_share_is_held_against_its_parameter_with_the_clause(channel):
    (met,) = reports(channel, Counted([], admitted("中职毕业生", "退役军人"), {}))
    assert (met.value, met.held.outcome) == (Decimal("50"), "met")
    assert met.sentence == "“中职毕业生占比”应当不低于 10%，现为 50%，符合要求。"
    (missed,) = reports(channel, Counted([], admitted("中职毕业生", *["退役军人"] * 10), {}))
    assert (missed.value, missed.held.outcome) == (Decimal("9.09"), "not_met")
    assert missed.held.citation.clause == "第四条"
    assert "现为 9.09%，不符合要求" in missed.sentence
    assert (missed.numerator, missed.denominator) == (1, 11)


def test_nobody_admitted_yet_gives_no_share(channel):
    (report,) = reports(channel, Counted([], [], {}))
    assert (report.value, report.held) == (None, None)
    assert "基数是零" in report.sentence


def test_seats_are_counted_by_place(seats):
    places = [place(seats=30, level="bachelor"), place(seats=270)]
    (report,) = reports(seats, Counted(places, [], {}))
    assert (report.numerator, report.denominator, report.value) == (30, 300, Decimal(10))
    assert report.held.outcome == "met"


def test_a_wish_in_words_is_reported_and_not_judged(words):
    (report,) = reports(words, Counted([], [], {"vocational_enrolment": 48, "general_enrolment": 52}))
    assert report.held is None
    assert report.sentence == "“中职毕业生占比”现为 48∶52；规定为“大体相当”，没有数字标准，照实公布。"


def test_a_figure_not_entered_is_asked_for(words):
    (report,) = reports(words, Counted([], [], {"vocational_enrolment": 48}))
    assert report.value is None
    assert [problem.code for problem in report.missing] == ["ADM-295"]
    assert "普通高中招生人数" in report.missing[0].message


@given(pupils=st.integers(0, 40), others=st.integers(0, 400))
def test_the_share_is_held_exactly_and_shown_rounded_down(channel, pupils, others):
    (report,) = reports(channel, Counted([], admitted(*["中职毕业生"] * pupils, *["农民工"] * others), {}))
    if pupils + others == 0:
        assert report.held is None
        return
    exact = Fraction(100 * pupils, pupils + others)
    assert (report.held.outcome == "met") == (exact >= 10)
    assert 0 <= exact - Fraction(report.value) < Fraction(1, 100)
