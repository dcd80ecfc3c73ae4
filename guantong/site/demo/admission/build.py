"""Builds admission of the invented province, step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from guantong.base.accounts.actions import create_user
from guantong.base.accounts.public import SYSTEM
from guantong.site.demo.admission.channels import Channels
from guantong.site.demo.admission.coming import CHENG, Coming
from guantong.site.demo.admission.finished import LUO, Finished
from guantong.site.demo.admission.ground import Ground
from guantong.site.demo.admission.offers import Offers
from guantong.site.demo.cast import PASSWORD
from guantong.site.demo.people import IdNumbers
from guantong.site.demo.places import Places
from guantong.site.demo.schooling import Schooling

SEED = 990_027


def build_admission(
    places: Places,
    schooling: Schooling,
    users: dict[str, int],
    today: date,
    size: int,
    compiled: Callable[[], object],
    say: Callable[[str], None],
) -> None:
    """The finished year with ``size`` candidates, the coming one with fewer, and the smaller channels.

    ``compiled`` waits until the kernels are ready; whatever became of that, a run compiles what is not there.
    """
    random = Random(SEED)  # noqa: S311 - reproducible on purpose
    ground = Ground(random, places, schooling, users, today, size, IdNumbers(random, schooling.ids))
    offers = Offers(ground, schools=max(8, min(60, size // 500)))
    past = Finished(ground, offers)
    coming = Coming(ground, offers)
    for work, text in (
        (past.prepare, f"{past.year} 年职教高考：计划和简章"),
        (past.examine, f"{size} 名考生报名、考试、排位次"),
        (past.choose, "三个批次填报、投档、公布"),
        (past.settle, "审核、确认、征集志愿"),
        (past.enrol, "新生注册"),
        (coming.prepare, f"{coming.year} 年职教高考：计划、报名、考试"),
        (coming.choose, "正在填报志愿"),
        (Channels(ground, offers).build, "另外六类招生，各在一个阶段"),
    ):
        if work == past.choose:
            compiled()
        work()
        say(text)
    for username, name in (LUO, (CHENG, "程予安")):
        if username not in ground.cards:
            continue
        create_user(
            actor=SYSTEM,
            username=username,
            display_name=name,
            password=PASSWORD,
            person_id=ground.cards[username],
            must_change_password=False,
        )
