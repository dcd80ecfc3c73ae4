"""Looking for records that may be one person. Run nightly; the bureau works through the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import TypeVar

from django.db import transaction
from django.db.models import Count

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.people.actions.registering import ID_PURPOSE
from guantong.base.people.crypto import keyring
from guantong.base.people.models import DistinctPair, DuplicatePair, Person
from guantong.base.people.rules import DUPLICATE_WEIGHTS, differs_in_one_place, widened
from guantong.base.people.selectors import find_ids_by_index
from guantong.kernel import clock

_GROUP_MOST = 400
"""Namesakes compared with each other at most; larger groups are compared by birth date and number only."""

Found = dict[tuple[int, int], set[str]]
T = TypeVar("T")


def refresh_duplicates(*, actor: Actor) -> int:
    """Compare all present records and renew the to-do list; returns how many pairs stand on it.

    Reasons: same name and birth date; same name and numbers that differ in one place; a first-generation number whose
    18-digit form is registered; one telephone. Pairs found to be two people stay off the list.
    """
    found: Found = defaultdict(set)
    _by_name(found)
    _by_first_generation(found)
    _by_phone(found)
    for first, second in DistinctPair.objects.values_list("first_id", "second_id"):
        found.pop((first, second), None)
    moment = clock.now()
    with transaction.atomic():
        before = {
            (first, second): at
            for first, second, at in DuplicatePair.objects.values_list("first_id", "second_id", "found_at")
        }
        DuplicatePair.objects.all().delete()
        DuplicatePair.objects.bulk_create(
            (
                DuplicatePair(
                    first_id=first,
                    second_id=second,
                    reasons=sorted(reasons),
                    weight=sum(DUPLICATE_WEIGHTS[r] for r in reasons),
                    found_at=before.get((first, second), moment),
                )
                for (first, second), reasons in sorted(found.items())
            ),
            batch_size=1000,
        )
        if set(found) != set(before):
            record(
                actor=actor,
                action="refresh_duplicates",
                subject=("people.duplicates", "list"),
                facts={"pairs": len(found), "new": len(set(found) - set(before))},
            )
    return len(found)


def _pair(first: int, second: int) -> tuple[int, int]:
    return (first, second) if first < second else (second, first)


def _by_name(found: Found) -> None:
    shared = (
        Person.objects.filter(state="active")
        .values("name")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
        .order_by("name")
        .values_list("name", flat=True)
    )
    ring = keyring()
    for names in _chunks(shared.iterator(chunk_size=2000), 400):
        groups: dict[str, list[tuple[int, date | None, str, bytes]]] = defaultdict(list)
        rows = Person.objects.filter(state="active", name__in=names).order_by("pk")
        for pk, name, born_on, kind, sealed in rows.values_list("pk", "name", "born_on", "id_kind", "id_cipher"):
            groups[name].append((pk, born_on, kind, bytes(sealed)))
        for members in groups.values():
            by_birth: dict[date, list[tuple[int, bool]]] = defaultdict(list)
            for pk, birthday, kind, _ in members:
                if birthday is not None:
                    by_birth[birthday].append((pk, kind == "resident"))
            for same in by_birth.values():
                for (first, is_one), (second, is_other) in combinations(same, 2):
                    found[_pair(first, second)].add("namesakes" if is_one and is_other else "same_name_birth")
            if len(members) > _GROUP_MOST:
                continue
            numbers = [(pk, ring.open(sealed, ID_PURPOSE)) for pk, _, kind, sealed in members if kind == "resident"]
            for (first, one), (second, other) in combinations(numbers, 2):
                if differs_in_one_place(one, other):
                    found[_pair(first, second)].add("one_place_off")


def _by_first_generation(found: Found) -> None:
    ring = keyring()
    rows = Person.objects.filter(state="active", id_kind="resident_15").order_by("pk")
    wide: dict[bytes, int] = {}
    for pk, sealed in rows.values_list("pk", "id_cipher").iterator(chunk_size=2000):
        wide[ring.index("resident", widened(ring.open(bytes(sealed), ID_PURPOSE)))] = pk
    present = {}
    for index, (pk, _) in find_ids_by_index("resident", wide).items():
        present[pk] = wide[index]
    for chunk in _chunks(iter(sorted(present)), 500):
        for pk in Person.objects.filter(pk__in=chunk, state="active").values_list("pk", flat=True):
            found[_pair(pk, present[pk])].add("first_generation")


def _by_phone(found: Found) -> None:
    shared = (
        Person.objects.filter(state="active", phone_index__isnull=False)
        .values("phone_index")
        .annotate(count=Count("pk"))
        .filter(count__gt=1, count__lte=6)
        .values_list("phone_index", flat=True)
    )
    for indexes in _chunks((bytes(i) for i in shared.iterator(chunk_size=2000) if i is not None), 400):
        groups: dict[bytes, list[int]] = defaultdict(list)
        rows = Person.objects.filter(state="active", phone_index__in=indexes).order_by("pk")
        for pk, index in rows.values_list("pk", "phone_index"):
            if index is not None:
                groups[bytes(index)].append(pk)
        for members in groups.values():
            for first, second in combinations(members, 2):
                found[_pair(first, second)].add("same_phone")


def _chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    chunk: list[T] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
