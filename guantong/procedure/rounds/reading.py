"""``rounds:`` and ``quotas:`` of a definition, read with the place of every fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.definition.duties import BASIS_KEYS, read_basis
from guantong.procedure.cases.definition.parts import LEVELS
from guantong.procedure.cases.definition.places import Faults, Node, refuse_repeats

from . import errors
from .seats import BODIES, PERIODS, QuotaPlan
from .windows import Every, MonthDay, RoundPlan

_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
_A_LEAP_YEAR = 2024


def read_rounds(top: Node) -> RoundPlan | None:
    """The plan under ``rounds``; faults are noted (ROU-001, PRC-002 …)."""
    node = Node(top.faults, top.at("rounds"), top.values["rounds"], ("yearly", "on_notice", "every", *BASIS_KEYS))
    if not node.is_mapping:
        return None
    is_on_notice = node.flag("on_notice", default=False)
    if node.has("yearly") == is_on_notice:
        why = "同时写了每年的日期和发通知开放" if is_on_notice else "没有写每年的日期，也没有写发通知开放"
        node.faults.add(errors.ROUND_UNCLEAR, node.path, why=why)
        return None
    basis = read_basis(node, "rounds")
    every = _every(node, needs_first=not is_on_notice) if node.has("every") else None
    if is_on_notice:
        return RoundPlan(None, None, basis, every)
    yearly = Node(node.faults, node.at("yearly"), node.values["yearly"], ("opens", "closes"))
    opens, closes = month_day(yearly, "opens", "从每年哪一天起受理"), month_day(yearly, "closes", "到每年哪一天为止")
    return RoundPlan(opens, closes, basis, every) if opens is not None and closes is not None else None


def _every(top: Node, *, needs_first: bool) -> Every | None:
    """``{years: 3}`` or ``{parameter: name, scope: …}``, with ``first: 2024``; ROU-001, ROU-004 when it is unclear."""
    node = Node(top.faults, top.at("every"), top.values["every"], ("years", "parameter", "scope", "first", *BASIS_KEYS))
    if not node.is_mapping:
        return None
    if node.has("years") == node.has("parameter"):
        node.faults.add(errors.ROUND_UNCLEAR, node.path, why="几年一次，要写年数或者政策参数，两者择一")
        return None
    if needs_first and not node.has("first"):
        node.faults.add(errors.ROUND_UNCLEAR, node.path, why="按固定日期隔几年一次的，要写从哪一年算起（first）")
    first = node.integer("first", "从哪一年算起", least=1949, most=2100) if node.has("first") else None
    has_own = any(node.has(key) for key in BASIS_KEYS)
    basis = read_basis(node, "rounds.every") if has_own else read_basis(top, "rounds")
    if node.has("years"):
        return Every(node.integer("years", "年数", least=2, most=30, default=2), "", "", first, basis)
    name = node.text("parameter", "登记了年数的政策参数")
    known = node.faults.parameters
    if name and known is not None:
        if name not in known:
            node.faults.add(errors.EVERY_UNCLEAR, node.at("parameter"), why=f"没有名为“{name}”的政策参数")
        elif isinstance(known, Mapping) and known[name] != "years":
            why = f"政策参数“{name}”的单位是“{known[name]}”，不是年数"
            node.faults.add(errors.EVERY_UNCLEAR, node.at("parameter"), why=why)
    return Every(None, name, node.text("scope"), first, basis)


def month_day(node: Node, key: str, meaning: str) -> MonthDay | None:
    """``"03-01"``: a day every year has (the 29th of February counts as the last of the month)."""
    text = node.text(key, meaning)
    if not text:
        return None
    found = _MONTH_DAY.fullmatch(text)
    if found is not None:
        try:
            day = date(_A_LEAP_YEAR, int(found[1]), int(found[2]))
        except ValueError:
            pass
        else:
            return MonthDay(day.month, day.day)
    node.wrong(key, '月和日，例如 "03-01"')
    return None


def read_quotas(top: Node) -> tuple[QuotaPlan, ...]:
    """The plans under ``quotas``; faults are noted (ROU-002 …)."""
    found = [(path, _quota(top.faults, path, entry)) for path, entry in top.items("quotas")]
    refuse_repeats(top.faults, "名额", [(path, quota.id) for path, quota in found])
    refuse_repeats(top.faults, "合用的名额", [(path, quota.key) for path, quota in found if quota.key != quota.id])
    return tuple(quota for _, quota in found)


def _quota(faults: Faults, path: str, entry: object) -> QuotaPlan:
    node = Node(faults, path, entry, ("id", "title", "at", "of", "per", "most", "used_up", "shared", *BASIS_KEYS))
    at = (node.text("at"),) if isinstance(node.values.get("at"), str) else node.texts("at", "在哪一环节或结果占用名额")
    most, parameter, scope = _most(node)
    return QuotaPlan(
        id=node.id(),
        title=node.text("title", "名额的名称", longest=60),
        at=tuple(place for place in at if place),
        of=node.one_of("of", tuple(BODIES), "名额是谁的"),
        per=node.one_of("per", tuple(PERIODS), "按批次、按年还是一次算足"),
        most=most,
        parameter=parameter,
        scope=scope,
        is_used_up=node.flag("used_up", default=False),
        basis=read_basis(node, "quotas"),
        shared=node.id("shared") if node.has("shared") else "",
    )


def _most(node: Node) -> tuple[int | None, str, str]:
    """(number, parameter, scope) of ``most``."""
    given = node.values.get("most")
    if not isinstance(given, dict):
        return node.integer("most", "最多多少个", least=0, most=1_000_000), "", ""
    part = Node(node.faults, node.at("most"), given, ("parameter", "scope"))
    return None, count_parameter(part, node.text("title")), part.text("scope")


def count_parameter(node: Node, what: str) -> str:
    """The name of a parameter that holds a count; ROU-002 when there is none of that name or it is no count."""
    name = node.text("parameter", "登记了数目的政策参数")
    known = node.faults.parameters
    if not name or known is None:
        return name
    if name not in known:
        why, do = f"没有名为“{name}”的政策参数", "请改正名称，或先登记这一参数。"
        node.faults.add(errors.QUOTA_UNCLEAR, node.at("parameter"), quota=what, why=why, do=do)
    elif isinstance(known, dict) and known[name] != "count":
        why, do = f"政策参数“{name}”的单位是“{known[name]}”，不是个数", "请换一个以 count 为单位的参数。"
        node.faults.add(errors.QUOTA_UNCLEAR, node.at("parameter"), quota=what, why=why, do=do)
    return name


def check_quotas(faults: Faults, definition: Definition, quotas: tuple[QuotaPlan, ...], *, has_rounds: bool) -> None:
    """Faults that need the whole definition: a place that does not exist, a period without rounds."""
    places = [*definition.steps, *definition.outcomes]
    for index, quota in enumerate(quotas):
        for place in quota.at:
            if place not in places:
                why, do = f"没有环节或结果“{place}”", "请改为下列之一：" + "、".join(places) + "。"
                faults.add(errors.QUOTA_UNCLEAR, f"quotas.{index}.at", quota=quota.title, why=why, do=do)
            elif place == definition.start:
                why, do = "第一个环节人人都能到，占不了名额", "请改为提交以后的环节，或者某个结果。"
                faults.add(errors.QUOTA_UNCLEAR, f"quotas.{index}.at", quota=quota.title, why=why, do=do)
        if quota.of in LEVELS and not any(step.of == quota.of for step in definition.steps.values()):
            why, do = f"没有一个环节归“{quota.of}”办理，不知道是谁的名额", "请改为办理环节所在的一级。"
            faults.add(errors.QUOTA_UNCLEAR, f"quotas.{index}.of", quota=quota.title, why=why, do=do)
        if quota.shared and quota.per == "round":
            why, do = "几个事项合用，却按批次计算，而批次各是各的", "请改为按年（year）或一次算足（ever）。"
            faults.add(errors.QUOTA_UNCLEAR, f"quotas.{index}.per", quota=quota.title, why=why, do=do)
        if quota.shared and quota.shared in {q.id for q in quotas if q is not quota}:
            why, do = f"合用的编号“{quota.shared}”与本事项另一个名额的编号相同", "请换一个编号。"
            faults.add(errors.QUOTA_UNCLEAR, f"quotas.{index}.shared", quota=quota.title, why=why, do=do)
        if quota.per == "round" and not has_rounds:
            faults.add(errors.NO_ROUNDS, f"quotas.{index}.per", what=quota.title)
