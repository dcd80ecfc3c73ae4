"""Targets of a register against what stands in it on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count

from guantong.base.accounts.selectors import count_in_role, people_in_role
from guantong.base.orgs.public import RegionTree, region_tree
from guantong.kernel.refusal import Citation
from guantong.policy.asking import Answer

from ..aims import TEACHERS, Aim, aims_of, answers_for
from ..facts import in_force_on
from ..models import TitleSpan
from ..rules import STANDING


@dataclass(frozen=True, slots=True)
class TargetShown:
    """One target of a register on a day. ``wanted`` and ``most`` are titles, or per cent where ``of`` is named."""

    id: str
    what: str
    """What is counted: the whole register, or titles of one name or level."""
    label: str
    region: str
    region_name: str
    shown: str
    """The number as people read it, 50 or 不少于……."""
    wanted: Decimal
    most: Decimal | None
    unit: str
    due_on: date | None
    citation: Citation
    note: str
    count: int
    """Titles that stand, in the region of the target."""
    base: int | None
    """Of how many, where the target is a share; None: it cannot be known here."""
    is_share: bool
    is_above: bool
    """Whether it is the target of a region above the one served here, where the region's own titles alone are held."""
    is_due: bool

    @property
    def reached(self) -> Decimal | None:
        """What has been reached, in the unit of the target: titles, or per cent cut to one decimal."""
        if not self.is_share:
            return Decimal(self.count)
        return Decimal(self.count * 1000 // self.base) / 10 if self.base else None

    @property
    def share(self) -> int | None:
        """What has been reached as whole per cent of the target, cut; None where it cannot be known."""
        reached = self.reached
        return int(reached * 100 / self.wanted) if reached is not None and self.wanted else None

    @property
    def is_met(self) -> bool:
        """Whether the target has been reached."""
        reached = self.reached
        return reached is not None and reached >= self.wanted

    @property
    def word(self) -> str:
        """Where it stands, in words."""
        if self.reached is None:
            return "还不能计算"
        if self.is_met:
            return "已达到"
        return "到期没有达到" if self.is_due else "还没有达到"

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        if self.reached is None:
            return "neutral"
        return "good" if self.is_met else "bad" if self.is_due and not self.is_above else "warn"


def targets_of(register: str, day: date, region: str = "") -> list[TargetShown]:
    """Every target of one register, nearest region first."""
    return targets_by_register(day, region, only=register).get(register, [])


def targets_by_register(day: date, region: str = "", *, only: str = "") -> dict[str, list[TargetShown]]:
    """Register → its targets on a day. One query for all counts, two more for each share."""
    from guantong.base import lawbook

    region = region or settings.REGION
    policy = lawbook.current_policy()
    aims = [aim for aim in aims_of(policy, region, day) if not only or aim.register == only]
    told = [(aim, answer) for aim in aims for answer in answers_for(policy, aim, region, day)]
    if not told:
        return {}
    tree = region_tree(day)
    counts = _counts({aim.register for aim in aims}, day)
    above = set(policy.chain(region)[1:])
    found: dict[str, list[TargetShown]] = {}
    for aim, answer in told:
        shown = _shown(aim, answer, counts, tree, day, is_above=answer.region in above)
        if shown is not None:
            found.setdefault(aim.register, []).append(shown)
    for listed in found.values():
        listed.sort(key=lambda t: (t.is_above, t.what, t.id))
    return found


Counts = dict[tuple[str, str, str, str], int]
"""(register, name, level, region) → titles that stand."""


def _counts(registers: Iterable[str], day: date) -> Counts:
    spans = TitleSpan.objects.filter(in_force_on(day), state=STANDING, register__in=set(registers)).order_by()
    keys = ("register", "title__name", "level", "region")
    return {row[:4]: row[4] for row in spans.values_list(*keys).annotate(n=Count("pk")).values_list(*keys, "n")}


def _shown(
    aim: Aim, answer: Answer, counts: Counts, tree: RegionTree, day: date, *, is_above: bool
) -> TargetShown | None:
    wanted, most = _numbers(answer.value)
    is_share = answer.unit == "percent"
    if wanted is None or (is_share and not aim.of):
        return None
    below = tree.below(answer.region)
    is_nation = tree.levels.get(answer.region) == "nation"
    count = sum(
        n
        for (register, name, level, region), n in counts.items()
        if register == aim.register
        and aim.name in ("", name)
        and aim.level in ("", level)
        and (is_nation or region in below)
    )
    base: int | None = None
    if is_share:
        count, base = _of_teachers(aim, day, below, is_nation=is_nation)
    return TargetShown(
        id=aim.id,
        what=aim.level or aim.name or "全部称号",
        label=answer.label,
        region=answer.region,
        region_name=answer.region_name,
        shown=f"{'超过' if answer.exclusive else ''}{answer.show()}",
        wanted=wanted,
        most=most,
        unit="%" if is_share else "个",
        due_on=answer.due_on,
        citation=answer.citation,
        note=answer.note or "",
        count=count,
        base=base,
        is_share=is_share,
        is_above=is_above,
        is_due=answer.due_on is not None and answer.due_on < day,
    )


def _numbers(value: Any) -> tuple[Decimal | None, Decimal | None]:
    """(the least that is wanted, the most of a range)."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, Decimal) for v in value):
        return value[0], value[1]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value), None
    return None, None


def _of_teachers(aim: Aim, day: date, regions: frozenset[str], *, is_nation: bool) -> tuple[int, int | None]:
    """(registered teachers of the regions who hold such a title, all of them); None when none is registered."""
    if aim.of != TEACHERS:
        raise ValueError(f"nobody counts {aim.of!r}")
    where: frozenset[str] | None = None if is_nation else regions
    everybody = count_in_role("teacher", day, regions=where)
    if not everybody:
        return 0, None
    spans = TitleSpan.objects.filter(in_force_on(day), state=STANDING, register=aim.register)
    spans = spans.filter(title__name=aim.name) if aim.name else spans
    spans = spans.filter(level=aim.level) if aim.level else spans
    spans = spans.filter(title__person_id__in=people_in_role("teacher", day, regions=where))
    return spans.values("title__person_id").distinct().count(), everybody


TITLES = (
    "名册",
    "目标",
    "对象",
    "地区",
    "目标数",
    "单位",
    "期限",
    "现有",
    "基数",
    "完成比例（%）",
    "情况",
    "依据",
    "说明",
)


def target_cells(title: str, targets: Sequence[TargetShown]) -> list[tuple[object, ...]]:
    """Rows of a file of targets; a register without any says so."""
    if not targets:
        return [(title, NONE_PRINTED, "", "", None, "", None, None, None, None, "", "", "")]
    return [
        (
            title,
            one.label,
            one.what,
            one.region_name,
            one.shown,
            one.unit,
            one.due_on,
            one.reached if one.is_share else one.count,
            one.base,
            one.share,
            one.word,
            one.citation.sentence(),
            "；".join(words for words in (one.note.rstrip("。"), ABOVE if one.is_above else "") if words),
        )
        for one in targets
    ]


NONE_PRINTED = "现行文件没有写明目标数"
ABOVE = "上级地区的目标，本系统只有本地区的称号"


def target_json(one: TargetShown) -> dict[str, Any]:
    """One target for the data interface and files."""
    return {
        "id": one.id,
        "label": one.label,
        "of": one.what,
        "region": one.region,
        "region_name": one.region_name,
        "target": str(one.wanted),
        "most": str(one.most) if one.most is not None else None,
        "unit": "percent" if one.is_share else "count",
        "due_on": one.due_on.isoformat() if one.due_on is not None else None,
        "count": one.count,
        "base": one.base,
        "reached": str(one.reached) if one.reached is not None else None,
        "share_percent": one.share,
        "is_met": one.is_met,
        "is_of_region_above": one.is_above,
        "clause": one.citation.sentence(),
        "note": one.note or None,
    }
