"""The order in which a ranked list is called when minimum shares must hold at every point of it.

A floor of matching.md section 4 says how many seats of a plan of known size are kept for somebody. Where offers are
made one by one and nobody knows how far down the list they will reach, the same promise must hold for every beginning
of the list: after any number of calls at least the share of those called are members, as long as members are left.
The French platform for higher education publishes this rule with examples; this is written from its description.

For one share the two say the same: the first k called are those a plan of k seats with a ``floor`` of that share,
rounded up, used ``before`` the ordinary seats, would admit (a test of this folder and ``make conformance`` hold them
together).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

Person = TypeVar("Person", bound=Hashable)


@dataclass(frozen=True, slots=True)
class MinimumShare:
    """At least ``share`` (0 to 1) of those called are members of the group ``name``."""

    name: str
    share: Fraction

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError("a share lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Person]):
    """One person of the ranked list and the groups the person belongs to."""

    person: Person
    groups: frozenset[str] = frozenset()


def call_order(ranked: Sequence[Ranked[Person]], shares: Sequence[MinimumShare]) -> list[Person]:
    """Everybody of ``ranked`` (best first), in the order of calling.

    At each call, a share is *due* when the call would leave it short and a member is still waiting. The best ranked
    person who is a member of every due group is called; when there is none, the last of the due shares gives way,
    then the one before it: ``shares`` stand in order of precedence. With one share no member is called later
    than ranked. Work grows as people times kinds of member. ValueError
    when a person stands twice in the list or a share is named twice.
    """
    if len({row.person for row in ranked}) != len(ranked):
        raise ValueError("a person stands twice in the list")
    if len({share.name for share in shares}) != len(shares):
        raise ValueError("a share is named twice")
    names = frozenset(share.name for share in shares)
    waiting: dict[frozenset[str], deque[int]] = {}
    for place, row in enumerate(ranked):
        waiting.setdefault(row.groups & names, deque()).append(place)
    called: list[Person] = []
    members = dict.fromkeys(names, 0)
    while waiting:
        due = [
            share.name
            for share in shares
            if members[share.name] < share.share * (len(called) + 1) and any(share.name in kind for kind in waiting)
        ]
        while not (fitting := [kind for kind in waiting if kind.issuperset(due)]):
            due.pop()
        kind = min(fitting, key=lambda kind: waiting[kind][0])
        called.append(ranked[waiting[kind].popleft()].person)
        if not waiting[kind]:
            del waiting[kind]
        for name in kind:
            members[name] += 1
    return called
