"""Who declares, reviews and scores: accounts made when a procedure first needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import Post, User
from guantong.base.accounts.public import SYSTEM
from guantong.base.accounts.selectors import actor_for
from guantong.base.people.public import ensure_person
from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements
from guantong.domains.credit.public import open_accounts
from guantong.kernel.identity import id_number_check_character
from guantong.procedure.panels.models import Pool
from guantong.procedure.panels.public import join_pool, open_pool
from guantong.site.demo.cast import PASSWORD
from guantong.site.demo.places import Places
from guantong.site.demo.projects.bodies import build_bodies

OFFICERS = (
    ("xu.xiangmu", "许老师", "donghu", "project_officer"),
    ("fang.qiye", "方经理", "云澜精密制造有限公司", "enterprise_officer"),
    ("zhu.xiangmu", "祝老师", "nanling", "project_officer"),
    ("ding.qiye", "丁经理", "东湖新能源汽车有限公司", "enterprise_officer"),
    ("gu.shiju", "顾科长", "东湖市教育局", "bureau_reviewer"),
    ("hao.renshe", "郝科长", "labour.990100", "bureau_reviewer"),
    ("wei.renshe", "魏科长", "labour", "bureau_reviewer"),
    ("peng.renshe", "彭处长", "labour", "bureau_approver"),
    ("ren.fagai", "任科长", "reform", "bureau_reviewer"),
    ("lu.fagai", "鲁处长", "reform", "bureau_approver"),
    ("qiu.gongxin", "邱科长", "industry", "bureau_reviewer"),
    ("jiang.guojia", "蒋处长", "nation", "bureau_reviewer"),
    ("dai.guojia", "戴司长", "nation", "bureau_approver"),
)
EXPERTS = (
    ("gu.jiaoshou", "古教授", "云澜职业技术大学"),
    ("lu.gaogong", "陆高工", "澜江医养集团"),
    ("tan.yanjiu", "谭研究员", "云溪健康职业大学"),
    ("shi.jiaoshou", "石教授", "澜江应用技术大学"),
    ("wan.laoshi", "万老师", "青禾农业职业大学"),
    ("lei.gaogong", "雷高工", "松岗软件园运营公司"),
    ("he.jineng", "贺技师", "云澜智造评价中心"),
)
TEACHERS = ("高雅琪", "常建华", "武春燕", "易国强", "乔丽娟", "温海涛", "佟晓峰", "游玉兰")
SURNAMES = "安柏车邓樊葛郝冀柯蓝毛倪欧潘曲任单陶魏邢严祝"


@dataclass
class Cast:
    """Accounts by (role, organisation), and the people who declare for themselves."""

    places: Places
    since: date
    users: dict[tuple[str, int], User] = field(default_factory=dict)
    teachers: list[tuple[Actor, int]] = field(default_factory=list)
    experts: list[tuple[str, int]] = field(default_factory=list)
    serial: int = 0

    def organisation(self, name: str) -> int:
        """By key of the places, or by name."""
        if name in self.places.keyed:
            return self.places.keyed[name]
        return next(pk for pk, known in self.places.names.items() if known == name)

    def officer(self, role: str, organisation: int) -> Actor:
        """Whoever holds the role there; an account is made when nobody does."""
        held = self.users.get((role, organisation))
        if held is None:
            post = (
                Post.objects.select_related("user")
                .filter(role=role, organisation_id=organisation, revoked_at=None, acting_for=None)
                .order_by("pk")
                .first()
            )
            held = post.user if post is not None else self._hire(role, organisation)
            self.users[role, organisation] = held
        return actor_for(held, second_factor=True)

    def colleague(self, role: str, organisation: int) -> Actor:
        """Another holder of the role there, where four eyes are asked for."""
        first = self.officer(role, organisation)
        key = (f"{role}+", organisation)
        if key not in self.users:
            posts = Post.objects.select_related("user").filter(role=role, organisation_id=organisation, revoked_at=None)
            own = first.user_id or 0
            other = posts.filter(acting_for=None).exclude(user_id=own).order_by("pk").first()
            self.users[key] = other.user if other is not None else self._hire(role, organisation)
        return actor_for(self.users[key], second_factor=True)

    def expert(self, user_id: int) -> Actor:
        """The actor behind an expert's account."""
        return actor_for(User.objects.get(pk=user_id), second_factor=True)

    def _hire(self, role: str, organisation: int) -> User:
        self.serial += 1
        name = SURNAMES[self.serial % len(SURNAMES)] + ("科长" if role.startswith("bureau") else "老师")
        return self.account(f"{role.replace('_', '.')}.{self.serial}", name, organisation, role)

    def account(self, username: str, name: str, organisation: int, role: str, person: int | None = None) -> User:
        """One account with one post."""
        made = create_user(
            actor=SYSTEM,
            username=username,
            display_name=name,
            password=PASSWORD,
            person_id=person,
            must_change_password=False,
        )
        if role:
            grant_post(
                actor=SYSTEM, user_id=made.user.pk, organisation_id=organisation, role=role, in_force_from=self.since
            )
        return made.user

    def pool(self, code: str, region: str, title: str) -> None:
        """A pool with every expert in it."""
        if Pool.objects.filter(code=code, region=region).exists():
            return
        pool = open_pool(actor=SYSTEM, region=region, code=code, title=title)
        for username, organisation in self.experts:
            join_pool(
                actor=SYSTEM,
                pool_id=pool.pk,
                username=username,
                organisation_id=organisation,
                joined_on=self.since,
                document="入库名单（虚构）",
            )


def build_cast(places: Places, since: date) -> Cast:
    """National bodies, the officers and experts of the sign-in cards, and teachers."""
    cast = Cast(places, since)
    build_bodies(places, since)
    for username, name, place, role in OFFICERS:
        organisation = cast.organisation(place)
        cast.users[role, organisation] = cast.account(username, name, organisation, role)
    for number, (username, name, place) in enumerate(EXPERTS):
        person = ensure_person(actor=SYSTEM, name=name, id_number=_number(100 + number))
        cast.account(username, name, cast.organisation(place), "expert", person)
        cast.experts.append((username, cast.organisation(place)))
    for number, name in enumerate(TEACHERS):
        person = ensure_person(actor=SYSTEM, name=name, id_number=_number(200 + number))
        username = "gao.jiaoshi" if number == 0 else f"jiaoshi.{number}"
        user = cast.account(username, name, 0, "", person)
        taught_since = date(since.year - 3 - number % 5, 9, 1)
        grant_post(
            actor=SYSTEM,
            user_id=user.pk,
            organisation_id=cast.organisation("donghu"),
            role="teacher",
            in_force_from=taught_since,
        )
        cast.teachers.append((actor_for(user), person))
    _certify(cast, since)
    return cast


def _certify(cast: Cast, since: date) -> None:
    """Certificates of most teachers and a prize of the first, in the credit bank: what forms are filled in from."""
    accounts = open_accounts([person for _, person in cast.teachers])
    body = cast.organisation("assessor")
    rows = []
    for number, (_, person) in enumerate(cast.teachers):
        issued = date(since.year - 1, 1 + number, 12)
        own: dict[str, Any] = {
            "account_id": accounts[person],
            "issued_on": issued,
            "issuer_name": cast.places.names[body],
        }
        if number % 4 != 3:
            rows.append(
                Deposit(
                    kind="skill_grade",
                    title="电工",
                    level=5 - number % 3,
                    certificate_number=f"G{since.year}{number:05d}",
                    issuer_id=body,
                    **own,
                )
            )
        if number == 0:
            rows.append(
                Deposit(
                    kind="competition",
                    title="云澜省职业院校技能大赛",
                    level=3,
                    place="一等奖",
                    certificate_number=f"J{since.year}{number:05d}",
                    issuer_id=body,
                    **own,
                )
            )
    deposit_achievements(actor=SYSTEM, organisation_id=body, rows=rows, ref="demo:teachers")


def _number(serial: int) -> str:
    """An identity number nobody can bear: its region is invented."""
    first_17 = f"99010119800101{serial:03d}"
    return first_17 + id_number_check_character(first_17)
