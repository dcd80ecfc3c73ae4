"""What the names of bodies in ledgers mean: level and line of government, or a group of them. Pure.

Names of one ministry or department are read by table; a name the table lacks is looked for among the installation's
organisations as it stands; one found nowhere stays a name, and nobody reports for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NATION, PROVINCE, COUNTY = "nation", "province", "county"
_LINES = {
    "education": ("教育部", "教育厅", "教育局", "教委", "教育委员会"),
    "human_resources": ("人力资源社会保障部", "人力资源社会保障厅", "人力资源和社会保障厅", "人力社保局"),
    "industry": ("工业和信息化部", "工业和信息化厅"),
    "development_reform": ("国家发展改革委", "发展改革委"),
    "market": ("国家市场监督管理总局", "市场监管局"),
    "finance": ("财政部", "财政厅", "财政局"),
}
LOCAL_GROUPS = ("各地有关部门", "各省级人民政府", "有关省级人民政府", "相关省份有关部门", "相关省级人民政府")
"""Groups of bodies of the provinces: the authorities there of the lines the row names."""
OTHER_GROUPS = ("有关部门", "相关省级部门", "有关行业部门", "省级行业主管部门", "区级有关部门")
"""Groups no name of which is printed: they are shown and nobody is taken to be meant."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: an authority of ``branch`` at ``level``; or ``is_group`` of them; or nothing known."""

    level: str = ""
    branch: str = ""
    is_local_group: bool = False


def meaning_of(name: str) -> Meaning:
    """Level and line of a body's name; empty where the table does not know it."""
    if name in LOCAL_GROUPS:
        return Meaning(PROVINCE, "", is_local_group=True)
    level, rest = NATION, name
    if name.startswith("省"):
        level, rest = PROVINCE, name[1:]
    elif name.startswith("区"):
        level, rest = COUNTY, name[1:]
    for branch, names in _LINES.items():
        if rest in names and (level != NATION or rest.endswith(("部", "总局")) or rest.startswith("国家")):
            return Meaning(level, branch)
    return Meaning()


def branches_of(names: Iterable[str]) -> tuple[str, ...]:
    """The lines of government a row names, in its order."""
    return tuple(dict.fromkeys(found.branch for found in map(meaning_of, names) if found.branch))
