"""Rows without a mistake, as many as wanted, always the same for the same seed. Everybody in them is invented."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from guantong.kernel.identity import id_number_check_character

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = ("小禾", "一诺", "子涵", "雨桐", "浩然", "思远", "嘉禾", "明轩", "若溪", "星野", "知行", "安然", "书宁", "景行")
COURSES = ("电工基础", "机械制图", "钳工实训", "数控编程", "大学语文", "信息技术", "职业素养", "单片机应用", "汽车构造")
TRAININGS = ("新能源汽车维修培训", "工业机器人操作培训", "养老护理员培训", "电子商务运营培训", "安全生产培训")
OCCUPATIONS = (("电工", "6-31-01-03"), ("汽车维修工", "4-12-01-01"), ("育婴员", "4-10-01-02"), ("钳工", "6-20-01-01"))
GRADES = ("初级工", "中级工", "高级工")
X_NAMES = (("工业机器人应用编程", "初级"), ("Web前端开发", "中级"), ("智能财税", "初级"))
CONTESTS = ("数控综合应用技术竞赛", "汽车维修技能竞赛", "电子商务技能竞赛")
TITLES = (
    "姓名",
    "身份证号",
    "成果类型",
    "成果名称",
    "代码",
    "等级",
    "名次",
    "成绩",
    "学时",
    "学分",
    "证书编号",
    "取得日期",
    "有效期至",
    "颁发单位",
)
"""Titles of our own form, in printed order."""

Line = list[object]


@lru_cache(maxsize=200_000)
def learner(serial: int) -> tuple[str, str]:
    """Name and identity number of the invented learner ``serial`` (0 …): regions 990101 to 990899, born 2003–2009."""
    region = 990101 + serial % 8 * 100
    born = date(2003, 1, 1) + timedelta(serial // 8 % 2500)
    first_17 = f"{region}{born:%Y%m%d}{serial // 20_000 % 1000:03d}"
    name = SURNAMES[serial % len(SURNAMES)] + GIVEN[serial // 7 % len(GIVEN)]
    return name, first_17 + id_number_check_character(first_17)


def good_lines(count: int, *, learners: int | None = None, seed: int = 20260901, latest: date) -> Iterator[Line]:
    """``count`` rows in the order of :data:`TITLES`, no two of them the same achievement.

    ``latest`` is the last day on which anything was obtained: not later than the day of importing.
    """
    chance = random.Random(seed)  # noqa: S311 (invented rows, always the same)
    people = learners or max(1, count // 10)
    for number in range(count):
        name, id_number = learner(number % people)
        turn = number // people
        day = latest - timedelta(chance.randrange(900))
        pick = chance.random()
        line: Line = [name, id_number, "", "", "", "", "", "", None, None, "", day, None, ""]
        if pick < 0.45:
            course = COURSES[turn % len(COURSES)]
            line[2:5] = ["学校课程", f"{course}（{turn + 1}）", f"KC{turn + 1:04d}"]
            line[7:10] = [str(chance.randrange(60, 100)), chance.choice((32, 48, 64)), chance.choice((2, 3, 4))]
        elif pick < 0.65:
            line[2:4] = ["培训记录", f"{chance.choice(TRAININGS)}第{turn + 1}期"]
            line[8] = chance.choice((16, 24, 40, 64, 80))
        elif pick < 0.83:
            occupation, code = chance.choice(OCCUPATIONS)
            line[2:6] = ["职业技能等级证书", occupation, code, chance.choice(GRADES)]
            line[10] = f"Y99{day:%Y}{number:010d}"
        elif pick < 0.93:
            title, level = chance.choice(X_NAMES)
            line[2:4] = ["1+X 证书", title]
            line[5] = level
            line[10] = f"X99{day:%Y}{number:010d}"
        elif pick < 0.97:
            line[2:4] = ["竞赛获奖", f"{chance.choice(CONTESTS)}（{turn + 1}）"]
            line[5:7] = [chance.choice(("市级", "省级")), chance.choice(("二等奖", "三等奖"))]
        else:
            line[2:4] = ["工作经历", f"岗位实习第{turn + 1}段"]
            line[8] = chance.choice((200, 400, 600))
        yield line
