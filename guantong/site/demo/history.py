"""What happened in the invented province: deposits, rules, applications, claims, decisions, certificates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import User
from guantong.base.accounts.public import SYSTEM
from guantong.base.accounts.selectors import actor_for
from guantong.base.lawbook import law_on
from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.actions.auditing import audit_ledger, seal_ledger
from guantong.domains.credit.actions.certificates import issue_completion, issue_statement, revoke_certificate
from guantong.domains.credit.actions.claims import Claim, claim_achievement
from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements, open_accounts
from guantong.domains.credit.kinds import COMPETITION_PLACES
from guantong.domains.credit.models import ConversionApplication, CreditAccount
from guantong.domains.credit.rules.recognition import Recogniser
from guantong.domains.programmes.public import record_facts
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act, appeal_case, withdraw_case
from guantong.site.demo.places import RULE_SCHOOLS, Places
from guantong.site.demo.rulebook import propose_revision
from guantong.site.demo.schooling import Learner, Schooling

BATCH = 5000
BEGUN = {"department": 2, "academic": 5, "bank": 8, "returned": 4, "appealed": 9}
"""How many days ago a case that is still open was begun, so that most deadlines lie ahead; one or two are overdue."""
TRAININGS = ("安全生产培训", "无人机操作培训", "急救员培训", "直播电商培训", "养老护理培训", "乡村振兴带头人培训")
CONTESTS = ("职业院校技能大赛", "创新创业大赛", "工匠杯技能竞赛")


class History:
    """Writes the past of the province in order of time."""

    def __init__(
        self, random: Random, places: Places, schooling: Schooling, users: dict[str, int], today: date
    ) -> None:
        self.random = random
        self.places = places
        self.schooling = schooling
        self.users = users
        self.today = today
        self.accounts: dict[int, int] = {}
        self.graduates: list[Learner] = []

    def actor(self, username: str) -> Actor:
        """The actor behind an account of the cast, second factor given."""
        return actor_for(User.objects.get(pk=self.users[username]), second_factor=True)

    def deposit(self, wanted: int, progress: Callable[[int], None]) -> None:
        """Deposit achievements of all learners: courses by their schools, the rest by the bodies that issued them."""
        learners = self.schooling.learners
        with clock.frozen_at(self.today - timedelta(days=301)), transaction.atomic():
            self.accounts = open_accounts(one.person_id for one in learners)
        moments = [self.today - timedelta(days=days) for days in (300, 120)]
        done = 0
        rows_by_moment: list[dict[int, list[Deposit]]] = [{}, {}]
        for number, learner in enumerate(learners):
            share = wanted * (number + 1) // len(learners) - wanted * number // len(learners)
            for depositor, late, row in self._of(learner, max(share, 1)):
                rows_by_moment[late].setdefault(depositor, []).append(row)
        for day, rows in zip(moments, rows_by_moment, strict=True):
            with clock.frozen_at(day):
                judge = Recogniser(law_on(day))
                for depositor, many in sorted(rows.items()):
                    for start in range(0, len(many), BATCH):
                        part = many[start : start + BATCH]
                        deposit_achievements(
                            actor=SYSTEM,
                            organisation_id=depositor,
                            rows=part,
                            ref=f"demo:{day:%Y%m%d}",
                            recogniser=judge,
                            on=day,
                        )
                        before, done = done, done + len(part)
                        if done // 50_000 > before // 50_000:
                            progress(done)

    def _of(self, learner: Learner, count: int) -> Iterator[tuple[int, int, Deposit]]:
        """(depositor, 0 early or 1 late, deposit) for one learner."""
        random, plan = self.random, learner.plan
        account = self.accounts[learner.person_id]
        first = date(plan.cohort, 9, 1)
        semesters = max(0, min(6, (self.today - timedelta(days=130) - first).days // 182))
        taught = [c for c in plan.facts.courses if c.semester <= semesters]
        is_graduate = (
            plan.cohort == self.schooling.year - 3
            and learner.school_id == self.places.keyed["donghu"]
            and len(self.graduates) < 40
            and semesters >= 5
        )
        if is_graduate:
            self.graduates.append(learner)
            taught = list(plan.facts.courses)
        zhao = learner is self.schooling.zhao
        courses = taught if is_graduate or zhao else random.sample(taught, min(len(taught), max(1, count * 2 // 3)))
        name = self.places.names[learner.school_id]
        for course in courses:
            issued = min(first + timedelta(days=course.semester * 182 - 20), self.today - timedelta(days=125))
            low = 60 if is_graduate or zhao else 48
            yield (
                learner.school_id,
                int(issued > self.today - timedelta(days=300)),
                Deposit(
                    account_id=account,
                    kind="school_course",
                    title=course.name,
                    issued_on=issued,
                    issuer_name=name,
                    issuer_id=learner.school_id,
                    subject_code=course.code,
                    grade=str(random.randint(low, 98)),
                    hours=course.hours,
                    declared=course.credits_hundredths,
                ),
            )
        others = 8 if zhao else max(1, count - len(courses))
        for number in range(others):
            yield self._other(learner, account, number if zhao else random.randrange(100), zhao)

    def _other(self, learner: Learner, account: int, choice: int, zhao: bool) -> tuple[int, int, Deposit]:
        random, field = self.random, learner.plan.field
        body = random.choice(self.places.bodies)
        name = self.places.names[body]
        issued = self.today - timedelta(days=random.randrange(140, 900))
        late = int(issued > self.today - timedelta(days=300))
        serial = f"{random.randrange(10**10):010d}"
        code, title = field.certificates[choice % 2]
        values: dict[str, Any] = {
            "account_id": account,
            "issued_on": issued,
            "issuer_name": name,
            "issuer_id": body,
        }
        kind = choice % 8 if zhao else choice % 10
        if kind in (0, 8):
            values |= {
                "kind": "skill_grade",
                "title": field.certificates[0][1],
                "subject_code": field.certificates[0][0],
                "level": random.choice((2, 3, 3, 4, 4, 5)) if not zhao else 4,
                "certificate_number": f"S{serial}",
            }
        elif kind in (1, 9):
            values |= {
                "kind": "x_certificate",
                "title": field.certificates[1][1],
                "subject_code": field.certificates[1][0],
                "level": random.choice((1, 2, 2, 3)) if not zhao else 2,
                "certificate_number": f"X{serial}",
            }
        elif kind in (2, 3, 4):
            values |= {
                "kind": "training",
                "title": random.choice(TRAININGS),
                "hours": random.choice((24, 32, 40, 64, 80, 120)),
            }
        elif kind == 5:
            values |= {
                "kind": "competition",
                "title": random.choice(CONTESTS),
                "level": random.choice((2, 3, 3, 4)),
                "place": random.choice(COMPETITION_PLACES[1:]),
            }
        elif kind == 6:
            values |= {
                "kind": "work_experience",
                "title": f"{field.department}相关岗位工作",
                "hours": random.choice((400, 900, 1800)),
            }
        else:
            values |= {
                "kind": "vocational_qualification" if choice % 3 else "military_skill",
                "title": title,
                "subject_code": code,
                "level": random.choice((1, 2, 3)),
                "certificate_number": f"Q{serial}",
            }
        return body, late, Deposit(**values)

    def cases(self) -> None:
        """Applications in every state at the six schools, and claims at two of them."""
        for key, *_ in RULE_SCHOOLS:
            self._applications(key, 14 if key == "donghu" else 7)
        self._claims("donghu", 10)
        self._claims("xiling", 4)
        propose_revision(self.places.keyed["donghu"], self.actor("sun"), self.today, self._moment)

    def _staff(self, key: str) -> dict[str, str]:
        if key == "donghu":
            return {"department": "ma.zhuren", "academic": "sun", "bank": "qian", "registrar": "lin"}
        return {
            "department": f"{key}.department",
            "academic": f"{key}.academic",
            "bank": f"{key}.bank",
            "registrar": f"{key}.registrar",
        }

    def _learner_actor(self, learner: Learner) -> Actor:
        return Actor(user_id=None, person_id=learner.person_id, label=learner.name, region="990000")

    def _moment(self, day: date) -> datetime:
        return datetime(
            day.year, day.month, day.day, 9 + self.random.randrange(8), self.random.randrange(60), tzinfo=CHINA_TIME
        )

    def _decide(self, application: ConversionApplication, username: str, action: str, opinion: Any, day: date) -> None:
        case = Case.objects.get(pk=application.case_id or 0)
        with clock.frozen_at(self._moment(day)):
            act(
                actor=self.actor(username),
                case_id=case.pk,
                action=action,
                revision=case.revision,
                opinion=opinion,
            )

    def _applications(self, key: str, count: int) -> None:
        staff = self._staff(key)
        school = self.places.keyed[key]
        members = [
            one
            for one in self.schooling.learners
            if one.school_id == school
            and one is not self.schooling.zhao
            and one not in self.graduates
            and (key != "donghu" or one.plan.field.key == "software")
        ]
        self.random.shuffle(members)
        endings = (
            "granted",
            "granted",
            "department",
            "academic",
            "bank",
            "returned",
            "refused",
            "appealed",
            "won",
            "withdrawn",
        )
        made = 0
        for learner in members[: count * 8]:
            if made >= count:
                return
            ending = endings[made % len(endings)]
            start = self.today - timedelta(days=BEGUN.get(ending, self.random.randrange(25, 40)))
            record = record_facts(learner.record_id)
            if record is None:
                continue
            try:
                with clock.frozen_at(self._moment(start)):
                    application = apply_conversion(actor=self._learner_actor(learner), student_record=record)
            except Refusal:
                continue
            made += 1
            self._carry(application, learner, staff, ending, start)

    def _carry(
        self, application: ConversionApplication, learner: Learner, staff: dict[str, str], ending: str, start: date
    ) -> None:
        day = start + timedelta(days=2)
        if ending == "department":
            return
        case = Case.objects.get(pk=application.case_id or 0)
        if ending == "withdrawn":
            with clock.frozen_at(self._moment(day)):
                withdraw_case(
                    actor=self._learner_actor(learner),
                    case_id=case.pk,
                    revision=case.revision,
                    reason="想换一种用法再申请。",
                )
            return
        if ending == "returned":
            opinion = {"text": "请说明培训内容。", "items": [{"on": "培训记录", "text": "补充课程安排表。"}]}
            self._decide(application, staff["department"], "return", opinion, day)
            return
        if ending in ("refused", "appealed", "won"):
            refusal = {"text": "成果内容与所申请课程相差较大。", "reasons": ["content_differs"]}
            self._decide(application, staff["department"], "refuse", refusal, day)
            if ending == "refused":
                return
            case.refresh_from_db()
            with clock.frozen_at(self._moment(day + timedelta(days=3))):
                appeal_case(
                    actor=self._learner_actor(learner),
                    case_id=case.pk,
                    revision=case.revision,
                    grounds="证书标准与课程标准的主要内容一致，附对照说明。",
                )
            if ending == "won":
                self._decide(application, "chen", "overturn", "经核对内容一致，改变原决定。", day + timedelta(days=8))
            return
        self._decide(application, staff["department"], "approve", "成果属实，与课程对应。", day)
        if ending == "academic":
            return
        self._decide(application, staff["academic"], "approve", "符合规则。", day + timedelta(days=2))
        if ending == "bank":
            return
        self._decide(application, staff["bank"], "approve", "准予转换。", day + timedelta(days=4))

    def _claims(self, key: str, count: int) -> None:
        school = self.places.keyed[key]
        members = [one for one in self.schooling.learners if one.school_id == school][-count:]
        staff = self._staff(key)
        for number, learner in enumerate(members):
            record = record_facts(learner.record_id)
            if record is None:
                continue
            start = self.today - timedelta(days=self.random.randrange(2, 12))
            with clock.frozen_at(self._moment(start)):
                row = claim_achievement(
                    actor=self._learner_actor(learner),
                    student_record=record,
                    claim=Claim(
                        kind="training",
                        title=self.random.choice(TRAININGS),
                        issuer_name="云澜社区学院",
                        issued_on=self.today - timedelta(days=200 + number),
                        hours=48,
                    ),
                )
            if number % 3 == 1:
                case = Case.objects.get(subject_kind="credit.claim", subject_id=row.public_id)
                with clock.frozen_at(self._moment(start + timedelta(days=1))):
                    act(
                        actor=self.actor(staff["registrar"]),
                        case_id=case.pk,
                        action="approve",
                        revision=case.revision,
                        opinion="与颁发单位核对属实。",
                    )

    def certificates(self) -> None:
        """Certificates of those who met their plans, statements, one revocation; the ledger is audited and sealed."""
        day = self.today - timedelta(days=20)
        issued = []
        for learner in self.graduates:
            record = record_facts(learner.record_id)
            if record is None:
                continue
            try:
                with clock.frozen_at(self._moment(day)):
                    issued.append(issue_completion(actor=self.actor("sun"), student_record=record))
            except Refusal:
                continue
        if issued:
            with clock.frozen_at(self._moment(day + timedelta(days=5))):
                revoke_certificate(
                    actor=self.actor("qian"), certificate=issued[0], reason="学号登记有误，更正后重新颁发"
                )
        if self.schooling.zhao is not None:
            account = CreditAccount.objects.get(person_id=self.schooling.zhao.person_id)
            issue_statement(actor=self._learner_actor(self.schooling.zhao), account=account)
        report = audit_ledger()
        if not report.is_clean:
            raise RuntimeError(f"the demo ledger is not clean: {report.faults[:3]}")
        with clock.frozen_at(self._moment(self.today - timedelta(days=1))):
            seal_ledger(actor=SYSTEM, report=report)
