"""Lists: the notices of one round that began on the same day at the same step, shown together as one list of names.

Nothing of it is kept: a list is what its notices say. Each keeps its own address, digest, last day and objections.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from guantong.kernel.digest import digest_of

from .. import errors
from ..models import Objection, PublicNotice
from ..rules import OPEN, STATE_WORDS, TONES
from .notices import NoticeShown, show_notice

LEAST = 2
"""Notices that make a list."""
_ROUND = "case__handed_in__round"
_KEYS = (f"{_ROUND}__public_id", "step", "starts_on")


@dataclass(frozen=True, slots=True)
class ListHead:
    """One list as the board names it."""

    round: str
    step: str
    title: str
    publisher_name: str
    starts_on: date
    first_end: date
    last_end: date
    count: int
    open: int

    @property
    def address(self) -> str:
        """Where the list is."""
        return reverse("publicity:list", args=[self.round, self.step, self.starts_on])

    @property
    def state_word(self) -> str:
        return STATE_WORDS[OPEN] if self.open else "已结束"

    @property
    def tone(self) -> str:
        return TONES[OPEN] if self.open else "neutral"


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a list: its notice, its values by column, and how many objections stand to it."""

    shown: NoticeShown
    values: tuple[str, ...]
    objections: int


@dataclass(frozen=True, slots=True)
class ListShown:
    """One list whole. What every notice says alike stands above the table, once."""

    head: ListHead
    basis: str
    alike: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    names: tuple[Name, ...]
    digest: str
    """Of the digests of its notices, in the order of their numbers: one value to check the whole list by."""

    @property
    def is_of_one_length(self) -> bool:
        """Whether every notice ends on the same day."""
        return self.head.first_end == self.head.last_end


def _fellows(of: Any) -> QuerySet[PublicNotice]:
    """Other notices of the same list as the one of an outer query."""
    same = {f"{_ROUND}_id": OuterRef(f"{_ROUND}_id"), "step": OuterRef("step"), "starts_on": OuterRef("starts_on")}
    return PublicNotice.objects.filter(**same).exclude(pk=of)


def without_lists(notices: QuerySet[PublicNotice]) -> QuerySet[PublicNotice]:
    """The notices that stand alone."""
    return notices.exclude(Q(Exists(_fellows(OuterRef("pk")))) & Q(**{f"{_ROUND}__isnull": False}))


def list_heads(notices: QuerySet[PublicNotice], most: int = 50) -> list[ListHead]:
    """The lists with one of the notices in them, the newest first. Their counts are of the whole lists. One query."""
    asked = Count("pk", filter=Q(pk__in=notices.order_by().values("pk")))
    return _heads(PublicNotice.objects.all(), Q(count__gte=LEAST, asked__gt=0), most, asked=asked)


def _heads(rows: QuerySet[PublicNotice], having: Q, most: int, **more: Any) -> list[ListHead]:
    grouped = (
        rows.filter(**{f"{_ROUND}__isnull": False})
        .order_by()
        .values(*_KEYS)
        .annotate(
            count=Count("pk"),
            open=Count("pk", filter=Q(state=OPEN)),
            first=Min("ends_on"),
            last=Max("ends_on"),
            newest=Max("published_at"),
            procedure_name=Max("procedure_title"),
            whole=Max("title"),
            publisher=Max("publisher_name"),
            round_name=Max(f"{_ROUND}__title"),
            **more,
        )
        .filter(having)
        .order_by("-newest", *_KEYS)[:most]
    )
    return [
        ListHead(
            row[_KEYS[0]],
            row["step"],
            f"{row['procedure_name']}（{row['round_name']}）{row['whole'].rpartition('：')[2]}名单",
            row["publisher"],
            row["starts_on"],
            row["first"],
            row["last"],
            row["count"],
            row["open"],
        )
        for row in grouped
    ]


def _head(round_id: str, step: str, starts_on: date) -> ListHead | None:
    return next(iter(_heads(_of(round_id, step, starts_on), Q(), 1)), None)


def _of(round_id: str, step: str, starts_on: date) -> QuerySet[PublicNotice]:
    return PublicNotice.objects.filter(**{f"{_ROUND}__public_id": round_id}, step=step, starts_on=starts_on)


def list_of(notice: PublicNotice) -> ListHead | None:
    """The list a notice stands in, or None where it stands alone."""
    handed_in = getattr(notice.case, "handed_in", None)
    if handed_in is None:
        return None
    head = _head(handed_in.round.public_id, notice.step, notice.starts_on)
    return head if head is not None and head.count >= LEAST else None


def get_list(round_id: str, step: str, starts_on: date) -> ListShown:
    """One list whole, by the order its notices were published. Refuses PUB-123 where there is none."""
    head = _head(round_id, step, starts_on)
    if head is None:
        raise errors.LIST_UNKNOWN.refuse()
    notices = list(_of(round_id, step, starts_on).select_related("case").order_by("pk"))
    contents = [dict(n.content) for n in notices]
    labels = list(dict.fromkeys(label for n in notices for label, _ in n.content))
    alike = [label for label in labels if len({c.get(label, "") for c in contents}) == 1] if len(notices) > 1 else []
    columns = tuple(label for label in labels if label not in alike)
    counts = Counter(Objection.objects.filter(notice__in=notices).values_list("notice_id", flat=True))
    names = [
        Name(show_notice(n), tuple(content.get(label, "") for label in columns), counts[n.pk])
        for n, content in zip(notices, contents, strict=True)
    ]
    return ListShown(
        head,
        notices[0].basis,
        tuple((label, contents[0].get(label, "")) for label in alike),
        columns,
        tuple(sorted(names, key=lambda name: _by_rank(name, columns))),
        digest_of([n.digest for n in notices]),
    )


def _by_rank(name: Name, columns: Sequence[str]) -> tuple[int, int]:
    """By rank where the list shows one, else as published."""
    text = name.values[columns.index("评审名次")] if "评审名次" in columns else ""
    digits = "".join(c for c in text.partition("名")[0] if c.isdigit())
    return (int(digits) if digits else 10**6, name.shown.notice.pk)


def table_of(shown: ListShown) -> tuple[list[str], Iterable[list[object]]]:
    """(titles, rows) of a list as a sheet."""
    titles = ["序号", *shown.columns, "公示自", "公示至", "状态", "公示编号", "校验值"]
    rows: list[list[object]] = [
        [
            number,
            *name.values,
            name.shown.notice.starts_on,
            name.shown.ends_on,
            name.shown.state_word,
            name.shown.notice.public_id,
            name.shown.notice.digest,
        ]
        for number, name in enumerate(shown.names, start=1)
    ]
    return titles, rows
