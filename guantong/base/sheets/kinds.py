"""What other rooms register: kinds of import jobs and timed work. Plain Python, no tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel.refusal import Problem, Where

from .reading import Row
from .specs import SheetSpec, column_letters


@dataclass(frozen=True, slots=True)
class PostCounts:
    """What one chunk did: ``posted`` rows became records, ``known`` rows were in the records before.

    ``more`` counts anything else worth telling, by its Chinese label: ``{"新开学习账户": 12}``.
    """

    posted: int
    known: int = 0
    more: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class JobContext:
    """What a kind's functions are told. One context lives through one phase of one job in one process.

    ``memory`` is the kind's own, kept between chunks of the same phase; it is empty again after a restart, so it may
    hold only what can be found again. ``options`` is what was chosen at upload.
    """

    job_id: int
    public_id: str
    actor: Actor
    organisation_id: int | None
    region: str
    spec: SheetSpec
    options: Mapping[str, Any]
    columns: Mapping[str, int]
    """Column key → zero-based index in her sheet."""
    is_dry: bool
    """Whether rows are only being checked."""
    memory: dict[str, Any] = field(default_factory=dict)

    def where(self, row: int | Row, key: str, value: object = None) -> Where:
        """The place of a column in a row: ``context.where(row, "credits", row.values["credits"])``."""
        number = row.number if isinstance(row, Row) else row
        index = self.columns.get(key)
        shown = None if value is None else str(value)
        letters = column_letters(index) if index is not None else None
        return Where(row=number, column=letters, title=self.spec.column(key).title, value=shown)


CheckRows = Callable[[list[Row], JobContext], Iterable[Problem]]
"""Rows with good cells (at most some 1,000 at a time, in order) → findings against the database and the law."""
PostRows = Callable[[list[Row], JobContext], PostCounts]
"""Turns rows into records inside the caller's transaction. A Refusal undoes the chunk and stops the job."""
Reverse = Callable[[JobContext], int]
"""Reverses one chunk of what the job posted inside the caller's transaction; called until it gives 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of import. Its functions must bear repetition: a row posted before is counted as ``known``."""

    name: str
    """Name in code and addresses."""
    title: str
    """As people read it: 存入学习成果."""
    specs: tuple[SheetSpec, ...]
    """Forms understood; the one whose header fits best is taken. The first is the template."""
    permission: str
    check_rows: CheckRows
    post_rows: PostRows
    reverse: Reverse
    allows_partial: bool = False
    """Whether good rows may be imported while others still need changes (rosters and declarations only)."""
    chunk: int = 1000
    """Rows posted in one transaction."""
    posted_word: str = "导入"
    """Verb of the result: 存入 3 行."""


_KINDS: dict[str, JobKind] = {}


def register_job_kind(kind: JobKind) -> None:
    """Called in a room's ``AppConfig.ready``; registering the same name again replaces it."""
    _KINDS[kind.name] = kind


Family = Callable[[str], JobKind]
"""Makes the kind for a key: forms that follow from data (the papers of one examination) and not from code."""

_FAMILIES: dict[str, Family] = {}


def register_family(name: str, make: Family) -> None:
    """Have ``make(key)`` give the kind named ``<name>:<key>``; it may refuse an unknown key."""
    _FAMILIES[name] = make


def job_kind(name: str) -> JobKind:
    """The registered kind, or that of a registered family; ``KeyError`` when there is none."""
    family, colon, key = name.partition(":")
    if colon and family in _FAMILIES:
        return _FAMILIES[family](key)
    return _KINDS[name]


def job_kinds() -> tuple[JobKind, ...]:
    """All registered kinds by name."""
    return tuple(_KINDS[name] for name in sorted(_KINDS))


@dataclass(frozen=True, slots=True)
class TimedTask:
    """Work done every so often by ``guantong work``; the function opens its own transactions and bears repetition."""

    name: str
    every_seconds: int
    function: Callable[[], object]


_TASKS: dict[str, TimedTask] = {}


def register_timed_task(name: str, every_seconds: int, function: Callable[[], object]) -> None:
    """Called in a room's ``AppConfig.ready``. What ``function`` returns is noted as its outcome (shortened text)."""
    _TASKS[name] = TimedTask(name, every_seconds, function)


def timed_tasks() -> tuple[TimedTask, ...]:
    """All registered timed work by name."""
    return tuple(_TASKS[name] for name in sorted(_TASKS))
