"""Writes samples/admission: invented runs to try ``guantong admission`` with. The same files every time.

.venv/bin/python tools/make_admission_samples.py [FOLDER]
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEED = "2e7d9a0c4b1f6835d0c2a4e6f8091b3d5f7182a4c6e8091b2d3f415263748596"

PROGRAMMES = ("510201", "510203", "460301", "520201", "530302", "500405")
GROUP_RULES = f"""# 平行志愿，专业组为单位：先投档到组，再在组内定专业，服从调剂的可以调到组内其他专业。
mechanism: parallel
unit: group
ratio: 1.05          # 投档比例
one_shot: true       # 一轮投档，退档后不再补投
reassignment: most_seats_left
order:               # 从上到下逐项比较，第一个不同的决定先后
  - {{key: total, direction: descending}}
  - {{key: skill, direction: descending}}
  - {{key: chinese, direction: descending}}
  - {{key: maths, direction: descending}}
ties: lottery        # 各项都相同时摇号
lottery_seed: {SEED}
full_marks: {{total: 750, culture: 300, skill: 450, chinese: 100, maths: 100}}
lines:               # 双上线；退役军人免文化素质考试，不看文化线
  - {{id: culture-line, key: culture, at_least: 110, who: {{key: category, not_equals: 退役军人}}}}
  - {{id: skill-line, key: skill, at_least: 180}}
conditions:
  - {{id: colour-vision, places: {{programme: "520201"}}, require: {{key: colour_vision, equals: 正常}}}}
  - {{id: veterans-only, places: {{kind: veterans}}, require: {{key: category, equals: 退役军人}}}}
quotas:              # 每个普通计划留一成给脱贫地区考生，用不完的转为普通名额
  - {{id: targeted, kind: floor, share: "0.1", places: {{kind: ordinary}}, who: {{key: targeted, equals: 是}}}}
"""
SCORE_RULES = f"""# 各专业按自己的成绩录取（延迟接受），对考生最有利的稳定结果。
mechanism: deferred_acceptance
unit: place
order: []
ties: lottery
lottery_seed: {SEED}
"""
SEQUENTIAL_RULES = """# 顺序志愿：第一志愿全部录完，再录第二志愿；同分一起录取，可以超出计划。
mechanism: sequential
unit: place
order:
  - {key: total, direction: descending}
ties: admit_all
round: {number: 2, floor: {key: total, at_least: 320, step: 20}}   # 征集志愿：最低控制线逐轮降 20 分
"""


def _write(folder: Path, name: str, header: str, rows: list[str], bom: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join([header, *rows, ""])
    (folder / name).write_bytes(text.encode("utf-8-sig" if bom else "utf-8"))


def groups(folder: Path) -> None:
    """300 candidates, 8 schools with two groups each, six kinds of programme, places for veterans."""
    draw = random.Random(20260701)  # noqa: S311 - invented data
    places, units = [], {}
    for school in range(90001, 90009):
        for group in ("01", "02"):
            unit = f"{school}-{group}"
            units[unit] = draw.sample(PROGRAMMES, 3)
            for programme in units[unit]:
                places.append(f"{unit}-{programme},{school},{unit},{programme},ordinary,{draw.randint(2, 7)}")
            if draw.random() < 0.3:
                programme = units[unit][0]
                places.append(f"{unit}-{programme}-V,{school},{unit},{programme},veterans,1")
    people, choices = [], []
    for number in range(1, 301):
        name = f"26990{number:05d}"
        ability = draw.gauss(0.62, 0.13)
        category = draw.choices(["中职毕业生", "普通高中毕业生", "退役军人"], [80, 14, 6])[0]
        chinese, maths, foreign = (max(5, min(100, round(draw.gauss(ability, 0.1) * 200) / 2)) for _ in range(3))
        skill = max(60, min(450, round(draw.gauss(ability, 0.1) * 450)))
        culture = 0 if category == "退役军人" else chinese + maths + foreign
        if category == "退役军人":
            chinese = maths = 0
        total = f"{culture + skill:g}"
        sight = draw.choices(["正常", "色弱"], [95, 5])[0]
        targeted = draw.choices(["是", "否"], [12, 88])[0]
        people.append(f"{name},{total},{culture:g},{skill:g},{chinese:g},{maths:g},{category},{sight},{targeted}")
        for ordinal, unit in enumerate(draw.sample(sorted(units), draw.randint(1, 9)), 1):
            wished = draw.sample(units[unit], draw.randint(0, 3))
            choices.append(f"{name},{ordinal},{unit},{';'.join(wished)},{draw.choice(['是', '否'])}")
    _write(folder, "places.csv", "place_id,school,group,programme,kind,seats", places)
    header = "candidate_id,total,culture,skill,chinese,maths,category,colour_vision,targeted"
    _write(folder, "candidates.csv", header, people, bom=True)
    _write(folder, "choices.csv", "candidate_id,ordinal,unit_id,programmes,accept_reassignment", choices)
    (folder / "rules.yaml").write_text(GROUP_RULES, "utf-8")


def scores(folder: Path) -> None:
    """120 candidates, 10 programmes that rank by scores of their own."""
    draw = random.Random(20260702)  # noqa: S311 - invented data
    ids = [f"9010{number}-{draw.choice(PROGRAMMES)}" for number in range(10)]
    places = [f"{name},{name[:5]},{name[:5]}-01,{name[6:]},ordinary,{draw.randint(5, 12)}" for name in ids]
    people, choices, rows = [], [], []
    for number in range(1, 121):
        person = f"26991{number:05d}"
        people.append(f"{person},{draw.choice(['东湖', '西岭', '南河'])}")
        wished = draw.sample(ids, draw.randint(2, 6))
        choices += [f"{person},{ordinal},{place}" for ordinal, place in enumerate(wished, 1)]
        rows += [f"{person},{place},{draw.randint(120, 200) / 2:g}" for place in sorted(wished)]
    _write(folder, "places.csv", "place_id,school,group,programme,kind,seats", places)
    _write(folder, "candidates.csv", "candidate_id,county", people)
    _write(folder, "choices.csv", "candidate_id,ordinal,unit_id", choices)
    _write(folder, "scores.csv", "candidate_id,place_id,score", rows)
    (folder / "rules.yaml").write_text(SCORE_RULES, "utf-8")


def supplementary(folder: Path) -> None:
    """60 candidates in a supplementary round: some hold a place, two were sent back by their schools."""
    draw = random.Random(20260703)  # noqa: S311 - invented data
    ids = [f"9020{number}-{programme}" for number, programme in enumerate(PROGRAMMES)]
    places = [f"{name},{name[:5]},{name[:5]}-01,{name[6:]},ordinary,{draw.randint(4, 8)}" for name in ids]
    people, choices, lists = [], [], {}
    for number in range(1, 61):
        person = f"26992{number:05d}"
        people.append(f"{person},{draw.randint(560, 900) / 2:g}")
        lists[person] = draw.sample(ids, draw.randint(1, 4))
        choices += [f"{person},{ordinal},{place}" for ordinal, place in enumerate(lists[person], 1)]
    names = sorted(lists)
    _write(folder, "places.csv", "place_id,school,group,programme,kind,seats", places)
    _write(folder, "candidates.csv", "candidate_id,total", people)
    _write(folder, "choices.csv", "candidate_id,ordinal,unit_id", choices)
    _write(folder, "fixed.csv", "candidate_id,place_id", [f"{name},{lists[name][0]}" for name in names[:4]])
    back = [
        f"{name},{lists[name][0]},{why}"
        for name, why in zip(names[10:12], ("体检结论受限", "单科成绩不够"), strict=True)
    ]
    _write(folder, "sendbacks.csv", "candidate_id,place_id,reason", back)
    (folder / "rules.yaml").write_text(SEQUENTIAL_RULES, "utf-8")


def faulty(folder: Path) -> None:
    """One small run with a dozen usual mistakes, each on its own line."""
    places = [
        "A-510201,90001,90001-01,510201,ordinary,3",
        "A-510203,90001,90001-01,510203,ordinary,-2",
        "B-460301,90002,90002-01,460301,ordinary,二十",
        "A-510201,90003,90003-01,510201,ordinary,4",
    ]
    people = ["2699300001,512.5", "2.6993E+09,500", "2699300003,=B2+1", "2699300004,", "2699300001,480"]
    choices = [
        "2699300001,1,A-510201",
        "2699300001,1,B-460301",
        "2699300003,2,C-999999",
        "2699300009,1,A-510201",
        "2699300004,第一,A-510201",
        "2699300004,2",
    ]
    _write(folder, "places.csv", "place_id,school,group,programme,kind,seats", places)
    _write(folder, "candidates.csv", "candidate_id,total", people)
    _write(folder, "choices.csv", "candidate_id,ordinal,unit_id", choices)
    (folder / "rules.yaml").write_text(SEQUENTIAL_RULES.replace("ties:", "tie:"), "utf-8")


def main(arguments: list[str]) -> None:
    """Write every sample."""
    folder = Path(arguments[0]) if arguments else ROOT / "samples" / "admission"
    groups(folder / "parallel-groups")
    scores(folder / "own-scores")
    supplementary(folder / "supplementary-round")
    faulty(folder / "faulty")


if __name__ == "__main__":
    main(sys.argv[1:])
