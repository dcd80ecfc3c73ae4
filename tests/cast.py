"""The cast of the tests: people and places set up through actions, so no test stands where the system cannot.

| | who | where | may |
|---|---|---|---|
| ``lin`` | 林老师 | 东湖职校 | hands in achievements (registrar) |
| ``zhou`` | 周老师 | 西岭职校 | the same, elsewhere |
| ``ma``, ``sun``, ``qian`` | 马主任, 孙科长, 钱老师 | 东湖职校 | department, academic office, credit bank |
| ``chen`` | 陈科长 | 市局 | reviews |
| ``he`` | 何处长 | 省厅 | approves |
| ``zhang`` | 张经理 | enterprise | deposits |
| ``wu``, ``zhao`` | 小吴, 小赵 | learners | (小吴 is the candidate) |
| ``operator`` | 管理员 | the installation | accounts, posts |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.identity import credit_code_check_character, id_number_check_character

BASELINE = datetime(2025, 10, 15, 10, 0, tzinfo=CHINA_TIME)
"""The moment at which every test with the cast stands."""

PASSWORD = "only-for-tests-1"


def invented_id_number(serial: int, born_on: date = date(2005, 3, 7), region: str = "990101") -> str:
    """An identity number nobody can bear: its region is invented. ``serial`` 0–999; odd is male."""
    first_17 = f"{region}{born_on:%Y%m%d}{serial:03d}"
    return first_17 + id_number_check_character(first_17)


def invented_credit_code(serial: int) -> str:
    """A well-formed unified social credit code with an invented region."""
    first_17 = f"12990100{serial:09d}"
    return first_17 + credit_code_check_character(first_17)


@dataclass
class Cast:
    """Places and people by name. Actors are computed when asked for, so they follow later changes of posts."""

    organisations: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    id_numbers: dict[str, str] = field(default_factory=dict)

    def organisation(self, name: str) -> int:
        """Database id: ``donghu``, ``xiling``, ``city_bureau``, ``province_bureau``, ``enterprise``."""
        return self.organisations[name]

    def user(self, name: str):  # type: ignore[no-untyped-def]
        """The account (for ``client.force_login``)."""
        from guantong.base.accounts.models import User

        return User.objects.get(pk=self.users[name])

    def actor(self, name: str):  # type: ignore[no-untyped-def]
        """The actor, with the posts of now."""
        from guantong.base.accounts.selectors import actor_for

        return actor_for(self.user(name))

    def __getattr__(self, name: str):  # type: ignore[no-untyped-def]
        """``cast.lin`` is the actor 林老师; ``cast.donghu`` the id of 东湖职校; ``cast.wu_person`` that of 小吴."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self.organisations:
            return self.organisations[name]
        if name in self.users:
            return self.actor(name)
        if name.endswith("_person") and name.removesuffix("_person") in self.people:
            return self.people[name.removesuffix("_person")]
        raise AttributeError(f"nobody in the cast is called {name}")


def build_cast() -> Cast:
    """Set the whole cast up in the present database, through actions."""
    from guantong.base.accounts.actions import create_user, grant_post
    from guantong.base.accounts.public import SYSTEM
    from guantong.base.orgs.actions import register_organisation, register_region
    from guantong.base.people.public import ensure_person

    cast = Cast()
    since = date(2010, 1, 1)
    for code, name, level, parent in (
        ("100000", "中华人民共和国", "nation", None),
        ("990000", "云澜省", "province", "100000"),
        ("990100", "东湖市", "prefecture", "990000"),
        ("990101", "湖滨区", "county", "990100"),
        ("990102", "南渡县", "county", "990100"),
        ("990200", "西岭市", "prefecture", "990000"),
        ("990201", "松岗区", "county", "990200"),
    ):
        register_region(actor=SYSTEM, code=code, name=name, level=level, parent=parent, in_force_from=since)
    for key, kind, name, region, authority, serial, school_code in (
        ("province_bureau", "authority", "云澜省教育厅", "990000", None, 1, None),
        ("city_bureau", "authority", "东湖市教育局", "990100", "province_bureau", 2, None),
        ("donghu", "higher_school", "东湖职业技术学院", "990101", "city_bureau", 3, "9900000001"),
        ("xiling", "secondary_school", "西岭职业技术学校", "990201", "province_bureau", 4, "9900000002"),
        ("enterprise", "enterprise", "云澜精密制造有限公司", "990101", None, 5, None),
    ):
        organisation = register_organisation(
            actor=SYSTEM,
            kind=kind,
            name=name,
            region=region,
            in_force_from=since,
            authority_id=cast.organisations[authority] if authority else None,
            credit_code=invented_credit_code(serial),
            school_code=school_code,
        )
        cast.organisations[key] = organisation.pk
    for key, name, organisation, role, department in (
        ("lin", "林老师", "donghu", "registrar", ""),
        ("ma", "马主任", "donghu", "department_reviewer", "信息工程系"),
        ("sun", "孙科长", "donghu", "academic_officer", ""),
        ("qian", "钱老师", "donghu", "credit_officer", ""),
        ("zhou", "周老师", "xiling", "registrar", ""),
        ("chen", "陈科长", "city_bureau", "bureau_reviewer", ""),
        ("he", "何处长", "province_bureau", "bureau_approver", ""),
        ("zhang", "张经理", "enterprise", "depositor", ""),
    ):
        account = create_user(
            actor=SYSTEM, username=key + ".staff", display_name=name, password=PASSWORD, must_change_password=False
        )
        cast.users[key] = account.user.pk
        grant_post(
            actor=SYSTEM,
            user_id=account.user.pk,
            organisation_id=cast.organisations[organisation],
            role=role,
            department=department,
            in_force_from=date(2025, 9, 1),
        )
    operator = create_user(
        actor=SYSTEM,
        username="operator",
        display_name="管理员",
        password=PASSWORD,
        is_operator=True,
        must_change_password=False,
    )
    cast.users["operator"] = operator.user.pk
    for key, name, serial, born_on in (("wu", "小吴", 1, date(2005, 3, 7)), ("zhao", "小赵", 2, date(2006, 11, 30))):
        cast.id_numbers[key] = invented_id_number(serial, born_on)
        cast.people[key] = ensure_person(actor=SYSTEM, name=name, id_number=cast.id_numbers[key])
        account = create_user(
            actor=SYSTEM,
            username=key + ".learner",
            display_name=name,
            password=PASSWORD,
            person_id=cast.people[key],
            must_change_password=False,
        )
        cast.users[key] = account.user.pk
    return cast
