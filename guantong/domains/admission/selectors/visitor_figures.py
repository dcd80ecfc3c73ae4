"""Published figures as rows of tables, and the rank of a mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from guantong.domains.admission.models import Cycle, Score
from guantong.domains.admission.rules.facts import read_decimal, show_mark
from guantong.domains.admission.rules.scoring import RankRow
from guantong.domains.admission.rules.shares import ShareReport
from guantong.domains.admission.selectors.published import CutoffShown, Vacancy
from guantong.domains.admission.selectors.statistics import Statistics

CUTOFF_TITLES = (
    "志愿单位", "志愿单位名称", "计划编号", "专业", "名额", "志愿序号", "可录取名额", "投档数", "录取数",
    "是否有人因满额落选", "最低位次", "说明",
)  # fmt: skip
RANK_TITLES = ("分数（含）", "分数（不含）", "本段人数", "累计人数")
VACANCY_TITLES = (
    "计划编号", "学校代码", "学校", "专业组", "专业代码", "专业", "计划类别", "缺额", "每学年学费（元）", "办学地点",
)  # fmt: skip


def cutoff_rows(found: Iterable[CutoffShown], keys: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Cut-offs under :data:`CUTOFF_TITLES` followed by ``keys``, the titles of the ordering keys."""
    for row in found:
        values = dict(row.keys)
        yield (
            row.unit, row.unit_title, row.place.id if row.place else "", row.place.programme_name if row.place else "",
            row.slice_title or "普通", row.ordinal, row.seats, row.filed, row.admitted, row.is_full, row.rank, row.note,
            *(values.get(key, "") for key in keys),
        )  # fmt: skip


def rank_rows(rows: Iterable[RankRow], step: Decimal) -> Iterator[tuple[object, ...]]:
    """The one-point-one-rank table under :data:`RANK_TITLES`."""
    for row in rows:
        yield row.at_least, row.at_least + step, row.count, row.cumulative


def vacancy_rows(rows: Iterable[Vacancy]) -> Iterator[tuple[object, ...]]:
    """Vacancies under :data:`VACANCY_TITLES`."""
    for row in rows:
        p = row.place
        yield (
            p.id, p.school_key, p.school_name, p.group_name or p.group_code, p.programme_code, p.programme_name,
            p.kind_title, row.left, Decimal(p.fee_fen) / 100, p.place,
        )  # fmt: skip


def rank_of_total(cycle: Cycle, typed: str) -> str:
    """Where a total stands among the candidates of a cycle, in a sentence; says so when it is no mark."""
    total = read_decimal(typed)
    if total is None or total < 0:
        return f"“{typed}”不是分数，请填写阿拉伯数字，最多三位小数。"
    rows = Score.objects.filter(candidate__cycle=cycle, candidate__state="registered", rank__isnull=False)
    above = rows.filter(total_thousandths__gt=int(total * 1000)).count()
    same = rows.filter(total_thousandths=int(total * 1000)).count()
    shown = show_mark(total)
    if not same:
        return f"总分高于 {shown} 分的有 {above:,} 人，没有人正好 {shown} 分。"
    return f"总分高于 {shown} 分的有 {above:,} 人，正好 {shown} 分的有 {same:,} 人；同分的再按同分排序的各项分先后。"


STATISTICS_TITLES = ("分类", "项目", "计划数", "人数", "说明", "依据")


def statistics_rows(figures: Statistics, shares: Iterable[ShareReport]) -> list[tuple[object, ...]]:
    """The statistics of a cycle, one figure a row: :data:`STATISTICS_TITLES`."""
    rows: list[tuple[object, ...]] = [
        ("合计", "学校", None, figures.schools, "所", ""),
        ("合计", "招生计划", figures.seats, None, f"{figures.places} 个", ""),
        ("合计", "报名", None, figures.candidates, "", ""),
        ("合计", "有成绩", None, figures.scored, "", ""),
        ("合计", "投出档案", None, figures.placed, "", ""),
        ("合计", "录取", None, figures.admitted, "", ""),
        ("合计", "注册", None, figures.registered, "", ""),
    ]
    rows += [("按计划类别", name, seats, admitted, "录取人数", "") for name, seats, admitted in figures.by_kind]
    rows += [("按层次", name, seats, admitted, "录取人数", "") for name, seats, admitted in figures.by_level]
    rows += [("按第几志愿投出", f"第 {ordinal} 志愿", None, count, "", "") for ordinal, count in figures.ordinals]
    rows += [("投档结果", name, None, count, "", "") for name, count in figures.reasons]
    for share in shares:
        basis = share.held.citation.sentence() if share.held is not None and share.held.citation is not None else ""
        rows.append(("规定的比例", share.share.title, None, None, share.sentence, basis))
    return rows
