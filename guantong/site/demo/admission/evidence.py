"""Certificates and awards of invented candidates: some lie in the credit bank, the rest is confirmed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from guantong.base.accounts.public import SYSTEM
from guantong.base.lawbook import law_on
from guantong.domains.admission.actions.proving import FactDecision, decide_facts, refresh_facts
from guantong.domains.admission.models import Cycle, ProvedFact
from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements
from guantong.domains.credit.public import open_accounts
from guantong.domains.credit.rules.recognition import Recogniser
from guantong.kernel import clock
from guantong.site.demo.admission.ground import Ground

GRADES = {"初级工": 2, "中级工": 3, "高级工": 4, "技师": 5}
X = {"初级": 1, "中级": 2, "高级": 3}
OCCUPATIONS = ("计算机程序设计员", "汽车维修工", "电工", "数控车工", "电子商务师", "中式烹调师")
AWARDS = {
    "全国三等奖以上": (4, "二等奖"),
    "全省一等奖": (3, "一等奖"),
    "全省二等奖": (3, "二等奖"),
    "全省三等奖": (3, "三等奖"),
}
"""Award → level and place of the contest."""
KEPT: Mapping[str, Mapping[str, object]] = {"grade": GRADES, "award": AWARDS, "certificate": X}
"""Attribute → values a record of the bank can prove."""
EVIDENCE = {
    "award": "与省教育厅公布的获奖名单逐人核对一致。",
    "grade": "核验证书原件，编号与颁发单位的公开查询一致。",
    "merit": "核验立功受奖证书原件和退役军人事务部门的证明。",
    "certificate": "核验证书原件，编号与颁发单位的公开查询一致。",
}
NOT_SEEN = "到期没有交来证书原件，颁发单位的公开查询里也没有这项记录。"


def deposit_for(ground: Ground, facts: Mapping[int, Sequence[tuple[str, str]]], issued: date) -> int:
    """Deposit what these people (person → attribute and value) hold, by the bodies that issued it; gives how many."""
    accounts = open_accounts(facts)
    random, today = ground.random, clock.today()
    judge = Recogniser(law_on(today))
    rows: dict[int, list[Deposit]] = {}
    for person in sorted(facts):
        for attribute, value in facts[person]:
            body = random.choice(ground.places.bodies)
            name = ground.places.names[body]
            day = issued - timedelta(days=random.randrange(30, 500))
            if attribute == "award":
                level, place = AWARDS[value]
                title = "全国职业院校技能大赛" if level == 4 else "云澜省职业院校技能大赛"
                row = Deposit(accounts[person], "competition", title, day, name, body, level=level, place=place)
            else:
                kind, level = ("skill_grade", GRADES[value]) if attribute == "grade" else ("x_certificate", X[value])
                number = f"S{random.randrange(10**10):010d}"
                title = random.choice(OCCUPATIONS)
                row = Deposit(accounts[person], kind, title, day, name, body, level=level, certificate_number=number)
            rows.setdefault(body, []).append(row)
    for body, own in sorted(rows.items()):
        deposit_achievements(
            actor=SYSTEM, organisation_id=body, rows=own, ref=f"demo:{today:%Y%m%d}:admission", recogniser=judge
        )
    return sum(len(own) for own in rows.values())


def prove(ground: Ground, cycle: Cycle, *, in_bank: float, own: Sequence[int] = (), undecided: float = 0.0) -> None:
    """About ``in_bank`` of what was stated of grades and awards lies in the bank, all of what the people ``own`` state;
    the rest is confirmed by the authority, one in thirty refused; about ``undecided`` still waits."""
    random = ground.random
    waiting = ProvedFact.objects.filter(cycle=cycle, state="waiting").order_by("candidate_id", "attribute")
    rows = list(waiting.values_list("candidate__person_id", "candidate__public_id", "attribute", "stated"))
    held: dict[int, list[tuple[str, str]]] = {}
    others: list[FactDecision] = []
    for person, candidate, attribute, stated in rows:
        is_kept = stated in KEPT.get(attribute, {})
        if is_kept and (person in own or random.random() < in_bank):
            held.setdefault(person, []).append((attribute, stated))
        elif random.random() >= undecided:
            others.append(FactDecision(candidate, attribute, stated))
    deposit_for(ground, held, clock.today() - timedelta(days=20))
    refresh_facts(actor=ground.chen, cycle=cycle)
    refused = {one for one in others if random.random() < 0.03}
    for attribute in sorted({one.attribute for one in others}):
        chosen = [one for one in others if one.attribute == attribute and one not in refused]
        if chosen:
            decide_facts(
                actor=ground.chen, cycle=cycle, decisions=chosen, is_confirmed=True, reason=EVIDENCE[attribute]
            )
    if refused:
        chosen = sorted(refused, key=lambda one: (one.candidate, one.attribute))
        decide_facts(actor=ground.chen, cycle=cycle, decisions=chosen, is_confirmed=False, reason=NOT_SEEN)
