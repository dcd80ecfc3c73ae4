"""What a definition says of its panel, in one sentence for everybody: how many, by which sheet, who passes."""

from __future__ import annotations

from decimal import Decimal

from guantong.policy.asking import Law

from .spec import Number, PanelSpec


def panel_words(spec: object, law: Law) -> str:
    """The sentence for a :class:`PanelSpec` under the law of a day, without full stop.

    A parameter the law does not have is said to be missing. Empty for anything else than a panel.
    """
    if not isinstance(spec, PanelSpec):
        return ""
    parts = [f"抽取{_number(spec.experts, law)}名专家{'匿名' if spec.is_blind else ''}评审"]
    parts.append("评分：" + "、".join(f"{c.title}{_plain(c.most)}分" for c in spec.criteria))
    if spec.drop.highest or spec.drop.lowest:
        parts.append(f"去掉{spec.drop.highest}个最高分、{spec.drop.lowest}个最低分")
    passing = []
    if spec.at_least is not None:
        passing.append(f"平均{_number(spec.at_least, law)}分以上")
    if spec.top is not None:
        passing.append(f"前{_number(spec.top, law)}名")
    if spec.top_quota:
        passing.append("按名次不超过名额")
    return "；".join([*parts, "、".join(passing) + "的通过"])


def _number(number: Number, law: Law) -> str:
    if not number.parameter:
        return _plain(number.value or Decimal(0))
    answer = law.find(number.parameter, number.scope or None)
    return str(answer.value) if answer is not None else "（没有登记的数）"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
