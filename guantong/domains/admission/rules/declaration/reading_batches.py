"""Reading batches, the calendar, bars, openings, the prospectus and the steps people are told."""

from __future__ import annotations

import itertools
from decimal import Decimal

from guantong.policy.schema.units import UNITS, UnitFault

from ...errors import rules as errors
from ..states import CYCLE_STAGES
from .cursor import GROUND_KEYS, Entry, Skip, shown
from .reading_places import Scope, read_places
from .reading_scores import MOST_MARK, Ids, read_weights
from .shapes import (
    CHANNELS,
    OUTSIDE,
    STAGE_PERIODS,
    Bar,
    Batch,
    Ground,
    Number,
    Opening,
    OrderKey,
    Period,
    Prospectus,
    Step,
    Supplementary,
    Weighting,
)
from .sources import Node

BATCH_KEYS = (
    "id", "title", "unit", "list_length", "programmes_in_group", "mechanism", "ratio", "one_shot", "stages",
    "reassignment", "missing", "order", "ties", "supplementary", "weights", "places", *GROUND_KEYS,
)  # fmt: skip
UNITS_OF_CHOICE = {"place": "专业", "group": "专业组", "school": "学校"}
MECHANISMS = {"parallel": "平行志愿", "sequential": "顺序志愿", "deferred_acceptance": "按专业各自排序、择优录取"}
TIES = {"admit_all": "全部录取", "reject_all": "全部不录", "lottery": "抽签决定"}
REASSIGNMENTS = {"none": "不调剂", "order_of_places": "按计划次序调剂", "most_seats_left": "调剂到余额最多的专业"}


def read_batches(channel: Entry, scope: Scope, papers: list[str]) -> tuple[Batch, ...]:
    """Batches in their order."""
    ids = Ids()
    found: list[Batch] = []
    for entry in channel.each("batches", "批次", BATCH_KEYS):
        try:
            found.append(_batch(entry, ids, scope, papers))
        except Skip:
            continue
    return tuple(found)


def _batch(entry: Entry, ids: Ids, scope: Scope, papers: list[str]) -> Batch:
    ground = entry.ground()
    one = Number(Decimal(1), ground)
    unit = entry.choice("unit", UNITS_OF_CHOICE)
    mechanism = entry.choice("mechanism", MECHANISMS)
    in_group = entry.maybe_number("programmes_in_group", ground, least="1", most="50", whole=True)
    list_length = entry.number("list_length", ground, least="1", most="300", whole=True)
    batch = Batch(
        id=ids.take(entry),
        title=entry.text("title"),
        unit=unit,
        list_length=list_length,
        programmes_in_group=in_group.whole if in_group is not None else 0,
        mechanism=mechanism,
        ratio=entry.maybe_number("ratio", ground, least="1", most="3") or one,
        is_one_shot=entry.flag("one_shot", unit != "place" and mechanism != "deferred_acceptance"),
        stages=entry.choice(
            "stages", ("one", "two"), "one" if unit == "place" or mechanism == "deferred_acceptance" else "two"
        ),
        reassignment=entry.choice("reassignment", REASSIGNMENTS, "none"),
        missing=entry.choice("missing", ("refuse", "last"), "refuse"),
        order=_order(entry, scope),
        ties=entry.choice("ties", TIES),
        supplementary=_supplementary(entry, scope),
        weights=_weights(entry, scope, papers),
        places=read_places(entry, scope),
        ground=ground,
    )
    for why in contradictions(batch):
        entry.faults.add(errors.MECHANISM, entry.node, title=batch.title, why=why)
    if not batch.order and not batch.weights:
        entry.faults.add(errors.ALL_TIED, entry.node, title=batch.title)
    return batch


def contradictions(batch: Batch) -> list[str]:
    """What in the rules of one batch cannot stand together, in words."""
    found: list[str] = []
    if batch.unit == "place":
        if batch.ratio.value != 1:
            found.append("按专业填报时投档比例只能是 1")
        if batch.programmes_in_group:
            found.append("按专业填报时一个志愿里没有专业列表（programmes_in_group）")
        if batch.reassignment != "none":
            found.append("按专业填报时没有调剂")
        if batch.stages == "two":
            found.append("按专业填报时没有第二阶段")
        if batch.is_one_shot:
            found.append("按专业填报时没有投档后不再检索（one_shot）")
    elif not batch.programmes_in_group:
        found.append("按学校或专业组填报时要写一个志愿里最多填几个专业（programmes_in_group）")
    if batch.weights and batch.mechanism == "parallel":
        found.append("各专业有自己的权重时不能用平行志愿，因为平行志愿只有一个总的排序")
    if batch.weights and batch.mechanism == "sequential" and batch.unit != "place":
        found.append("各专业有自己的权重时，顺序志愿只能按专业填报")
    if batch.mechanism == "deferred_acceptance" and batch.stages == "two":
        found.append("按专业各自排序、择优录取时没有第二阶段（stages 只能是 one）")
    if batch.weights and batch.reassignment == "most_seats_left":
        found.append("各专业有自己的权重时不能调剂到余额最多的专业")
    if batch.stages == "one" and batch.ratio.value != 1:
        found.append("一次完成投档和专业安排时，投档比例只能是 1")
    return found


def _order(entry: Entry, scope: Scope) -> tuple[OrderKey, ...]:
    found: list[OrderKey] = []
    numbers = scope.names.numbers
    for node in entry.items("order"):
        if node.text_at("parameter") is not None:
            found.extend(_order_from_law(entry, node, scope))
            continue
        item = Entry(node, f"{entry.place}的排序", entry.faults, ("key", "direction", "title"))
        try:
            key = item.text("key")
            known = [*numbers, *(a.id for a in scope.names.attributes.values() if a.kind == "number")]
            item.known_name(key, known, "成绩项", item.needed("key"))
            attribute = scope.names.attributes.get(key)
            title = item.text("title", numbers[key] if attribute is None else attribute.title)
            found.append(OrderKey(key, item.choice("direction", ("descending", "ascending"), "descending"), title))
        except Skip:
            continue
    for position, one in enumerate(found):
        if one.key in {other.key for other in found[:position]}:
            node = entry.needed("order")
            entry.faults.add(errors.ORDER_TWICE, node, title=entry.text("title"), key=one.title)
            break
    return tuple(found)


def _order_from_law(entry: Entry, node: Node, scope: Scope) -> list[OrderKey]:
    """``{parameter: admission.tie_break}``: a list of titles of papers or parts, each descending."""
    listed = entry.listed("order", node)
    by_title = {title: key for key, title in reversed(list(scope.names.numbers.items()))}
    found: list[OrderKey] = []
    for title in listed:
        key = by_title.get(title)
        if key is None:
            entry.faults.add(
                errors.UNKNOWN_NAME,
                node,
                place=f"{entry.place}的排序",
                given=title,
                what="科目或部分",
                hint="参数里的名称要与科目的名称一致：" + "、".join(by_title) + "。",
            )
        else:
            found.append(OrderKey(key, "descending", title))
    return found


def _supplementary(entry: Entry, scope: Scope) -> Supplementary | None:
    inner = entry.inner("supplementary", f"{entry.place}的征集志愿", ("rounds", "floor", "list_length", *GROUND_KEYS))
    if inner is None:
        return None
    ground = inner.ground() if any(inner.has(key) for key in GROUND_KEYS) else entry.ground()
    rounds = inner.number("rounds", ground, most="20", whole=True).whole
    key: str | None = None
    at_least: Number | None = None
    step: Number | None = None
    floor = inner.inner("floor", f"{entry.place}的征集底线", ("key", "at_least", "step"))
    if floor is not None:
        key = floor.text("key")
        floor.known_name(key, list(scope.names.numbers), "成绩项", floor.needed("key"))
        at_least = floor.number("at_least", ground, most=MOST_MARK)
        full = scope.full.get(key)
        if full is not None and at_least.value > full:
            floor.faults.add(
                errors.LINE_ABOVE_FULL,
                floor.needed("at_least"),
                place=floor.place,
                given=f"{at_least.value:f}",
                title=scope.names.numbers[key],
                full=f"{full:f}",
            )
        step = floor.maybe_number("step", ground, most=MOST_MARK) or Number(Decimal(0), ground)
        if step.value * rounds > at_least.value:
            wanted = f"乘以轮数 {rounds} 以后不超过底线 {at_least.value:f} 的分值"
            floor.faults.add(
                errors.OUT_OF_RANGE,
                floor.needed("step"),
                place=floor.place,
                key="step",
                given=f"{step.value:f}",
                wanted=wanted,
            )
    length = inner.maybe_number("list_length", ground, least="1", most="300", whole=True)
    return Supplementary(rounds, key, at_least, step, length, ground)


def _weights(entry: Entry, scope: Scope, papers: list[str]) -> tuple[Weighting, ...]:
    ids = Ids()
    found: list[Weighting] = []
    for item in entry.each("weights", f"{entry.place}的专业权重", ("id", "title", "places", "keys", *GROUND_KEYS)):
        try:
            ground = item.ground()
            keys = read_weights(item, "keys", papers, ground)
            if not keys:
                item.faults.add(errors.NOTHING_GIVEN, item.node, place=item.place, key="keys")
                raise Skip
            found.append(Weighting(ids.take(item), item.text("title"), read_places(item, scope), keys, ground))
        except Skip:
            continue
    return tuple(found)


def read_calendar(channel: Entry) -> tuple[tuple[Period, ...], Ground | None]:
    """Periods in order, and what they rest on."""
    entry = channel.inner("calendar", "日程", (*STAGE_PERIODS, *GROUND_KEYS))
    if entry is None:
        return (), None
    ground = entry.ground()
    found: list[Period] = []
    for stage in STAGE_PERIODS:
        try:
            inner = entry.inner(stage, f"日程“{stage}”", ("from", "until", "years_before"))
            if inner is not None:
                found.append(_period(inner, stage, ground))
        except Skip:
            continue
    for earlier, later in itertools.pairwise(found):
        if earlier.days(2025)[0] > later.days(2025)[0]:
            why = f"它从 {later.opens} 开始，早于“{earlier.stage}”的 {earlier.opens}"
            entry.faults.add(errors.PERIODS, entry.needed(later.stage), stage=later.stage, why=why)
    return tuple(found), ground


def _period(entry: Entry, stage: str, ground: Ground) -> Period:
    days: list[str] = []
    for key in ("from", "until"):
        node = entry.needed(key)
        value: object = node.value
        if node.entries is not None:
            answer = entry.answer(key, node)
            value = answer.value if answer.unit == "month_day" else None
        reader = UNITS["month_day"].read
        try:
            days.append(str(reader(value) if reader is not None and isinstance(value, str) else _refuse()))
        except UnitFault:
            entry.wrong(key, "一年中的某一天，写成“03-15”", node)
    years = entry.number("years_before", ground, most="1", whole=True).whole if entry.has("years_before") else 0
    period = Period(stage, days[0], days[1], years)
    first, last = period.days(2025)
    if (last - first).days > 300:
        why = f"从 {days[0]} 到 {days[1]} 将近一年"
        entry.faults.add(errors.PERIODS, entry.needed("until"), stage=stage, why=why)
    return period


def _refuse() -> str:
    raise UnitFault(shown(None))


def read_bars(channel: Entry, own: str) -> tuple[Bar, ...]:
    """Who is admitted here is barred there."""
    ids = Ids()
    known = {**CHANNELS, **OUTSIDE}
    found: list[Bar] = []
    for entry in channel.each("bars", "互斥规定", ("id", "title", "when", "barred_from", *GROUND_KEYS)):
        try:
            names = entry.texts("barred_from")
            if not names:
                entry.faults.add(errors.NOTHING_GIVEN, entry.node, place=entry.place, key="barred_from")
                raise Skip
            for name in names:
                entry.known_name(
                    name, [key for key in known if key != own], "其他招生渠道", entry.needed("barred_from")
                )
            when = entry.choice("when", ("admitted_here", "confirmed_here"))
            found.append(Bar(ids.take(entry), entry.text("title"), when, names, entry.ground()))
        except Skip:
            continue
    return tuple(found)


def read_openings(channel: Entry) -> tuple[Opening, ...]:
    """What is published, and by which stage."""
    ids = Ids()
    found: list[Opening] = []
    for entry in channel.each("openings", "公开事项", ("id", "title", "stage", *GROUND_KEYS)):
        try:
            stage = entry.choice("stage", tuple(CYCLE_STAGES.labels))
            found.append(Opening(ids.take(entry), entry.text("title"), stage, entry.ground()))
        except Skip:
            continue
    return tuple(found)


def read_prospectus(channel: Entry) -> Prospectus | None:
    """What a prospectus must say: a list from the law."""
    entry = channel.inner("prospectus", "招生简章", ("items", "charter", *GROUND_KEYS))
    if entry is None:
        return None
    node = entry.needed("items")
    answer = entry.answer("items", node)
    if answer.unit != "list" or not isinstance(answer.value, tuple):
        unit = UNITS[answer.unit].name_zh
        entry.faults.add(
            errors.PARAMETER_KIND, node, place=entry.place, key="items", label=answer.label, unit=unit, wanted="清单"
        )
        raise Skip
    ground = Ground(answer.citations, answer.source, answer.note, node.file, node.line)
    if any(entry.has(key) for key in GROUND_KEYS):
        ground = entry.ground()
    return Prospectus(tuple(str(item) for item in answer.value), entry.flag("charter", True), ground)


def read_steps(channel: Entry) -> tuple[Step, ...]:
    """How admission goes, for people to read."""
    ids = Ids()
    found: list[Step] = []
    for entry in channel.each("steps", "步骤", ("id", "title", "by", *GROUND_KEYS)):
        try:
            found.append(Step(ids.take(entry), entry.text("title"), entry.text("by"), entry.ground()))
        except Skip:
            continue
    return tuple(found)
