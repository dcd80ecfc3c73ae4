"""The ten openings (十公开) of a cycle: what rows tell now, and what the bureau wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from guantong.base.files.models import StoredFile
from guantong.domains.admission.models import (
    Candidate,
    Cycle,
    IntakePlan,
    Opening,
    Prospectus,
    Run,
    SchoolLimit,
)
from guantong.domains.admission.rules.states import APPROVED, PUBLISHED
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import school_names
from guantong.domains.admission.selectors.qualification import reason_of, sanctions_reaching


@dataclass(frozen=True, slots=True)
class OpeningShown:
    """One of the matters to be open. ``lines`` follow from rows of now: (what, value); ``content`` and ``file`` were
    published by the bureau; ``link`` leads to the page where it is all. ``is_due``: its stage has come."""

    item: str
    title: str
    basis: str
    stage: str
    is_due: bool
    lines: tuple[tuple[str, str], ...]
    content: str
    file: StoredFile | None
    published_at: datetime | None
    link: str

    @property
    def is_open(self) -> bool:
        """Whether there is something to read."""
        return bool(self.lines or self.content or self.file)


def openings_of(cycle: Cycle) -> list[OpeningShown]:
    """The ten openings of a cycle in the order declared: what rows tell, and what was written."""
    from guantong.domains.admission.rules.states import CYCLE_STAGES

    written = {row.item: row for row in Opening.objects.filter(cycle=cycle).select_related("file")}
    order = list(CYCLE_STAGES.labels)
    live = _live_lines(cycle)
    found: list[OpeningShown] = []
    for item in channel_of(cycle).openings:
        row = written.get(item.id)
        lines, link = live.get(item.id, ((), ""))
        found.append(
            OpeningShown(
                item=item.id,
                title=item.title,
                basis=item.ground.sentence(),
                stage=CYCLE_STAGES.labels.get(item.stage, item.stage),
                is_due=item.stage in order and order.index(cycle.stage) >= order.index(item.stage),
                lines=lines,
                content=row.content if row is not None else "",
                file=row.file if row is not None else None,
                published_at=row.published_at if row is not None else None,
                link=link,
            )
        )
    return found


Lines = tuple[tuple[str, str], ...]


def _live_lines(cycle: Cycle) -> dict[str, tuple[Lines, str]]:
    """Item → what rows tell now, and the page with the whole of it."""
    channel = channel_of(cycle)
    base = f"/admission/cycles/{cycle.public_id}/"
    qualified = _qualified(cycle)
    filed = Prospectus.objects.filter(cycle=cycle, state="filed").count()
    plans = IntakePlan.objects.filter(cycle=cycle, state=APPROVED)
    people = Candidate.objects.filter(cycle=cycle, state="registered").count()
    published = Run.objects.filter(round__cycle=cycle, state=PUBLISHED, purpose="real").order_by("pk")
    batches = {batch.id: batch for batch in channel.batches}
    roots = tuple(
        (
            f"{batches[run.round.batch].title}第 {run.round.number} 轮",
            f"投出 {run.figures.get('placed', 0):,} 人，封存根 {run.root[:16]}…",
        )
        for run in published.select_related("round")
        if run.round.batch in batches
    )
    citations = dict.fromkeys(c.sentence() for batch in channel.batches for c in batch.ground.citations)
    seats = sum(plan.all_seats for plan in plans.only("seats", "extra_seats"))
    return {
        "policy": (tuple(("依据", text) for text in citations), base),
        "qualification": ((("具备招生资格的学校", f"{len(qualified):,} 所"), *_not_qualified(cycle), *qualified), ""),
        "charters": ((("已备案的招生简章和章程", f"{filed} 所"),) if filed else (), base + "schools/"),
        "intake-plans": ((("招生计划", f"{plans.count():,} 项，{seats:,} 人"),) if seats else (), base + "schools/"),
        "candidates": ((("已报名的考生", f"{people:,} 人"),) if people else (), base + "rank-table/"),
        "procedure": (
            tuple((batch.title, f"最多填报 {batch.list_length.whole} 个志愿") for batch in channel.batches),
            base,
        ),
        "results": (roots, base + "cutoffs/"),
        "violations": (_violations(cycle), ""),
        "appeals": ((("申请复核", "登录以后在“我的录取结果”里提出"),), base),
    }


def _qualified(cycle: Cycle) -> Lines:
    """Each school on the year's list, by name, with its approved size and the document."""
    rows = list(SchoolLimit.objects.filter(cycle=cycle, is_qualified=True))
    names = school_names(row.school_id for row in rows)
    found = [(names.get(r.school_id, ""), f"核定 {r.seats:,} 人，{r.document or '没有写明文件'}") for r in rows]
    return tuple(sorted(found))


def _violations(cycle: Cycle) -> Lines:
    """Every order of the year that stopped a school here, given in the region or above it, and how it ended."""
    rows = sorted(sanctions_reaching(cycle.region, cycle.year), key=lambda row: row.pk)
    names = school_names(row.school_id for row in rows)
    return tuple(
        (
            names.get(row.school_id, ""),
            reason_of(row)
            + (f" 已解除：{row.ended_reason}（{row.ended_document}）" if row.ended_at is not None else ""),
        )
        for row in rows
    )


def _not_qualified(cycle: Cycle) -> Lines:
    rows = list(SchoolLimit.objects.filter(cycle=cycle, is_qualified=False))
    names = school_names(row.school_id for row in rows)
    return tuple((names.get(row.school_id, ""), f"不具备招生资格：{row.reason}") for row in rows)
