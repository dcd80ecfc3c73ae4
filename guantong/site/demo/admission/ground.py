"""What every part of the admission year stands on: people of the cast, moments, random numbers of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import User
from guantong.base.accounts.selectors import actor_for
from guantong.domains.admission.models import Cycle
from guantong.kernel.clock import CHINA_TIME
from guantong.site.demo.people import IdNumbers
from guantong.site.demo.places import Places
from guantong.site.demo.schooling import Schooling


@dataclass
class Ground:
    """``past`` is the finished year of admission, whose entrants study now; ``coming`` the one under way."""

    random: Random
    places: Places
    schooling: Schooling
    users: dict[str, int]
    today: date
    size: int
    """Candidates of the finished year's main channel."""
    ids: IdNumbers
    cards: dict[str, int] = field(default_factory=dict)
    """User name of a candidate's card → person."""

    @property
    def past(self) -> int:
        return self.schooling.year

    @property
    def coming(self) -> int:
        return self.schooling.year + 1

    @property
    def chen(self) -> Actor:
        """The province's reviewer: organises admission."""
        return self.actor("chen")

    @property
    def he(self) -> Actor:
        """The province's approver: publishes."""
        return self.actor("he.chuzhang")

    def actor(self, username: str) -> Actor:
        return actor_for(User.objects.get(pk=self.users[username]), second_factor=True)

    @staticmethod
    def person(person_id: int, name: str) -> Actor:
        """A candidate."""
        return Actor(None, person_id, name, region="990000")


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of a day in China."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA_TIME)


def shift_calendar(cycle: Cycle, stage: str, today: date) -> None:
    """Move a cycle's calendar so that ``stage`` is under way today, whatever day the province is built on.

    The declared calendar is that of the year; here the year is played at the visitor's time.
    """
    dates = cycle.dates[stage]
    first, last = date.fromisoformat(dates["from"]), date.fromisoformat(dates["until"])
    days = (today - (first + (last - first) // 2)).days
    cycle.dates = {
        name: {key: (date.fromisoformat(value) + timedelta(days=days)).isoformat() for key, value in pair.items()}
        for name, pair in cycle.dates.items()
    }
    cycle.save(update_fields=["dates"])


def stretch_calendar(cycle: Cycle, stage: str, first: date, last: date) -> None:
    """Give ``stage`` these days; what comes before ends by its first day, what comes after begins after its last."""
    days = {
        name: (date.fromisoformat(pair["from"]), date.fromisoformat(pair["until"]))
        for name, pair in cycle.dates.items()
    }
    before = days[stage][0] - first
    after = last - days[stage][1]
    moved = {}
    for name, (begin, end) in days.items():
        if name == stage:
            begin, end = first, last
        elif end < days[stage][0]:
            begin, end = begin - before, end - before
        elif begin > days[stage][1]:
            begin, end = begin + after, end + after
        moved[name] = {"from": begin.isoformat(), "until": end.isoformat()}
    cycle.dates = moved
    cycle.save(update_fields=["dates"])
