"""Seconds of computing a minute for each asker; clocks of the tests' own."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.metering import AT_ONCE, Busy, Meter, asker_of


@pytest.fixture
def clocks():
    return SimpleNamespace(elapsed=1000.0, used=0.0)


@pytest.fixture
def meter(clocks):
    return Meter(elapsed=lambda: clocks.elapsed, used=lambda: clocks.used, most_askers=20)


def work(meter, clocks, asker, seconds, allowance=10.0):
    with meter.computing(asker, allowance):
        clocks.used += seconds
        clocks.elapsed += seconds


def test_many_small_requests_are_never_refused(meter, clocks):
    for _ in range(3000):
        work(meter, clocks, "user:1", 0.003)


def test_who_used_up_the_minute_waits_in_proportion(meter, clocks):
    work(meter, clocks, "user:1", 10.5)
    with pytest.raises(Busy) as caught:
        work(meter, clocks, "user:1", 1)
    assert (caught.value.status, caught.value.code) == (429, "API-008")
    wait = caught.value.retry_after
    assert wait == 3
    assert "10 秒" in caught.value.problems[0].message and "3 秒之后" in caught.value.problems[0].do
    work(meter, clocks, "user:2", 1)
    clocks.elapsed += wait
    work(meter, clocks, "user:1", 0.1)


def test_a_fault_inside_is_charged_too(meter, clocks):
    with pytest.raises(ZeroDivisionError), meter.computing("user:1", 10.0):
        clocks.used += 30
        raise ZeroDivisionError
    with pytest.raises(Busy):
        work(meter, clocks, "user:1", 1)


def test_no_more_than_a_few_at_once(meter, clocks):
    held = [meter.computing("user:1", 10.0) for _ in range(AT_ONCE)]
    for one in held:
        one.__enter__()
    with pytest.raises(Busy) as caught:
        work(meter, clocks, "user:1", 1)
    assert caught.value.code == "API-009"
    work(meter, clocks, "user:2", 1)
    held[0].__exit__(None, None, None)
    work(meter, clocks, "user:1", 1)


def test_zero_means_no_limit(meter, clocks):
    for _ in range(5):
        work(meter, clocks, "user:1", 1000, allowance=0)
    assert len(meter) == 0


def test_memory_is_bounded_and_the_dear_are_remembered(meter, clocks):
    work(meter, clocks, "address:dear", 600)
    for number in range(200):
        work(meter, clocks, f"address:{number}", 0.001)
    assert len(meter) <= 21
    with pytest.raises(Busy):
        work(meter, clocks, "address:dear", 1)


@pytest.mark.parametrize(
    ("address", "asker"),
    [
        ("192.0.2.7", "address:192.0.2.7"),
        ("::ffff:192.0.2.7", "address:192.0.2.7"),
        ("2001:db8:0:1::5", "network:20010db800000001"),
        ("2001:db8:0:1:ffff::9", "network:20010db800000001"),
        ("", "address:"),
    ],
)
def test_visitors_are_told_apart_by_address(address, asker):
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    assert asker_of(request) == asker


def test_who_is_signed_in_answers_for_himself():
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
    request._guantong_actor = Actor(user_id=12, person_id=None, label="林老师", region="990000")
    assert asker_of(request) == "user:12"
