"""The forms of a cycle: their columns follow from its declaration (facts asked for, papers sat, kinds, batches)."""

from __future__ import annotations

from decimal import Decimal

from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.domains.admission.models.plans import MODES, SITES
from guantong.domains.admission.rules.declaration.shapes import Attribute, Channel, Paper
from guantong.domains.admission.rules.scoring import ABSENT

FACT, PAPER = "fact_", "paper_"
"""What the keys of such columns begin with."""


def candidates_form(channel: Channel, year: int) -> SheetSpec:
    """考生名册: one row a candidate."""
    return SheetSpec(
        name="admission_candidates",
        title=f"{year}年考生名册",
        columns=(
            ColumnSpec(
                key="name", titles=("姓名", "考生姓名"), kind="name", required=True, max_length=60, example="赵小禾"
            ),
            ColumnSpec(
                key="id_number",
                titles=("身份证号", "身份证号码", "公民身份号码", "证件号码"),
                kind="id_number",
                required=True,
                example="990101200503070018",
                help="18 位居民身份证号码；请先把这一列的格式设为“文本”。",
            ),
            ColumnSpec(
                key="number",
                titles=("考生号", "报名号", "准考证号"),
                kind="code",
                max_length=20,
                help="可以不填，由系统编排；已有统一考生号的照填。",
            ),
            *(_fact_column(attribute) for attribute in channel.attributes),
        ),
        unique=(("id_number",), ("number",)),
        about=(
            f"导入“{channel.title}”的考生名册，一行一名考生；全部没有问题才会导入。",
            "一个身份证号只能报名一次；以前导入过、内容相同的行会跳过。",
        ),
    )


def _fact_column(attribute: Attribute) -> ColumnSpec:
    key = FACT + attribute.id.replace("-", "_")
    if attribute.kind == "choice":
        return ColumnSpec(
            key=key,
            titles=(attribute.title,),
            required=attribute.required,
            choices={choice: choice for choice in attribute.choices},
            to_simplified=True,
            example=attribute.choices[0] if attribute.choices else "",
            help=attribute.help or "",
        )
    if attribute.kind == "number":
        return ColumnSpec(
            key=key,
            titles=(attribute.title,),
            kind="decimal",
            places=3,
            required=attribute.required,
            help=attribute.help or "",
        )
    if attribute.kind == "flag":
        return ColumnSpec(
            key=key,
            titles=(attribute.title,),
            kind="flag",
            required=attribute.required,
            example="是",
            help=attribute.help or "",
        )
    return ColumnSpec(
        key=key, titles=(attribute.title,), max_length=100, required=attribute.required, help=attribute.help or ""
    )


def scores_form(channel: Channel, year: int) -> SheetSpec:
    """成绩表: one row a candidate, one column a paper."""
    return SheetSpec(
        name="admission_scores",
        title=f"{year}年成绩表",
        columns=(
            ColumnSpec(
                key="number",
                titles=("考生号", "报名号", "准考证号"),
                kind="code",
                required=True,
                max_length=20,
                example=f"{year}0001000001",
            ),
            ColumnSpec(key="name", titles=("姓名", "考生姓名"), kind="name", required=True, example="赵小禾"),
            *(_paper_column(paper) for paper in channel.papers),
        ),
        unique=(("number",),),
        about=(
            f"导入“{channel.title}”的成绩，一行一名考生；全部没有问题才会导入。",
            f"没有到考的写“{ABSENT}”；不参加或免考的科目留空。",
            "再次导入会更改已有的成绩，位次要重新排。",
        ),
    )


def _paper_column(paper: Paper) -> ColumnSpec:
    """Marks are read as text: a number, a grade or 缺考; the rules judge them with the right words."""
    example = paper.grades[0][0] if paper.grades else format(paper.full_mark.value * Decimal("0.8"), "f").rstrip("0")
    return ColumnSpec(
        key=PAPER + paper.id.replace("-", "_"),
        titles=(paper.title,),
        max_length=12,
        example=example.rstrip("."),
        help=f"满分 {paper.full_mark.value:f} 分，以 {paper.step:f} 分为单位。",
    )


def plans_form(channel: Channel, year: int) -> SheetSpec:
    """招生计划表: one row a place."""
    batches = {batch.title: batch.id for batch in channel.batches} | {batch.id: batch.id for batch in channel.batches}
    kinds = {kind.title: kind.id for kind in channel.kinds} | {kind.id: kind.id for kind in channel.kinds}
    modes = {label: code for code, label in MODES}
    sites = {label: code for code, label in SITES}
    return SheetSpec(
        name="admission_plans",
        title=f"{year}年招生计划表",
        columns=(
            ColumnSpec(key="batch", titles=("批次",), required=True, choices=batches, example=channel.batches[0].title),
            ColumnSpec(
                key="programme_code",
                titles=("专业代码", "招生专业代码"),
                kind="code",
                required=True,
                length=6,
                example="510203",
            ),
            ColumnSpec(key="programme_name", titles=("专业名称", "招生专业名称"), max_length=60, example="软件技术"),
            ColumnSpec(key="group_code", titles=("专业组代码", "专业组"), kind="code", max_length=20, example="01"),
            ColumnSpec(key="group_name", titles=("专业组名称",), max_length=80),
            ColumnSpec(key="kind", titles=("计划类别", "计划性质"), choices=kinds, example=channel.kinds[0].title),
            ColumnSpec(
                key="seats", titles=("计划数", "招生人数", "招生计划数"), kind="integer", required=True, example="40"
            ),
            ColumnSpec(
                key="fee",
                titles=("学费", "学费（元/年）", "学费标准"),
                kind="decimal",
                required=True,
                places=2,
                least=0,
                most=200_000,
                example="5000",
                help="每学年的学费，单位是元。",
            ),
            ColumnSpec(
                key="years", titles=("学制", "学制（年）"), kind="decimal", required=True, places=1, example="3"
            ),
            ColumnSpec(
                key="place", titles=("办学地点", "校区"), required=True, max_length=80, example="东湖市湖滨区校本部"
            ),
            ColumnSpec(key="site", titles=("办学性质",), choices=sites, example="学校本部"),
            ColumnSpec(key="mode", titles=("学习形式",), choices=modes, example="全日制"),
            ColumnSpec(key="note", titles=("备注",), max_length=300),
        ),
        unique=(("batch", "group_code", "programme_code", "kind", "mode", "place"),),
        about=(
            f"导入“{channel.title}”的招生计划，一行一个招生专业；全部没有问题才会导入。",
            "导入后是草稿，核对以后再上报；报考条件请在页面上逐项填写。",
        ),
    )
