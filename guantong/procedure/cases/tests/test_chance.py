"""Random days in the life of some cases: everyone tries everything, time passes, nothing is lost or out of order."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from guantong.base.audit.models import AuditLine
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import act, add_material, extend_deadline, scan_deadlines
from guantong.procedure.cases.models import Case, CaseAction, Deadline
from guantong.procedure.cases.selectors import available_actions, story, to_do_for, verify_all
from tests.cast import BASELINE

from .conftest import ITEM, World

PEOPLE = ("wu", "ma", "sun", "qian", "chen", "he", "zhao", "zhou")
ACTIONS = ("submit", "approve", "return", "refuse", "uphold", "overturn", "withdraw", "appeal", "nonsense")


@pytest.mark.parametrize("seed", range(6))
def test_random_days_lose_nothing(world: World, seed: int) -> None:
    chance = random.Random(seed)
    cases = [world.open() for _ in range(4)]
    actors = {who: world.cast.actor(who) for who in PEOPLE}
    done: dict[int, list[tuple[str, str]]] = {case.pk: [("小吴", "open")] for case in cases}
    refused = stale = 0
    moment = BASELINE
    for turn in range(160):
        moment += timedelta(minutes=chance.randrange(1, 2200))
        with clock.frozen_at(moment):
            if chance.random() < 0.15:
                report = scan_deadlines()
                assert report.stuck == []
                assert scan_deadlines().total == 0
                continue
            case = Case.objects.get(pk=chance.choice(cases).pk)
            who = chance.choice(PEOPLE[:5] if chance.random() < 0.8 else PEOPLE)
            actor = actors[who]
            revision = case.revision if chance.random() < 0.75 else case.revision - 1
            before = (case.sequence, case.head_digest, AuditLine.objects.count())
            allowed = {a.id for a in available_actions(actor, case) if a.is_allowed}
            action = chance.choice([*allowed, chance.choice(ACTIONS)])
            try:
                if action == "extend":
                    extend_deadline(actor=actor, case_id=case.pk, reason="来不及。")
                elif action == "submit" and chance.random() < 0.6:
                    action = "add_material"
                    file = world.file(digest=chance.choice("0123456789abcdef"))
                    add_material(
                        actor=actor, case_id=case.pk, requirement="certificate", file_id=file, revision=revision
                    )
                else:
                    act(
                        actor=actor,
                        case_id=case.pk,
                        action=action,
                        revision=revision,
                        opinion={"text": f"第{turn}次。", "reasons": ["other"], "items": [ITEM]},
                        values={"form": "pass"} if case.step == "bank" and action == "approve" else {},
                    )
            except Refusal:
                refused += 1
                stale += revision != case.revision
                case.refresh_from_db()
                assert (case.sequence, case.head_digest, AuditLine.objects.count()) == before
                continue
            after = Case.objects.get(pk=case.pk)
            if after.sequence != before[0]:
                assert action == "extend" or revision == case.revision, "only who saw the present state decides"
                done[case.pk].append((actor.label, action))
    assert refused > 10 and stale > 3, "the walk tried wrong things too"
    for case in cases:
        lines = CaseAction.objects.filter(case_id=case.pk).order_by("sequence")
        by_people = [(line.actor_label, line.action) for line in lines if line.actor_label != "系统"]
        assert by_people == done[case.pk], "every accepted decision is in the log, in order, once"
        assert len(story(case)) == len(lines)
        assert Deadline.objects.filter(case_id=case.pk, state="open").count() <= 1
    assert verify_all().problems == []
    waiting = {row.case.pk for actor in actors.values() for row in to_do_for(actor).rows}
    assert waiting == set(Case.objects.filter(state__in=["opened", "appealed"]).values_list("pk", flat=True))


def test_the_random_days_reach_every_kind_of_end(world: World) -> None:
    """Guards the test above against walks that never get anywhere."""
    for place in ("granted", "refused", "reconsider", "correct", "department"):
        world.at(place)
    with clock.frozen_at(BASELINE + timedelta(days=60)):
        scan_deadlines()
    assert set(Case.objects.values_list("state", flat=True)) == {"closed", "appealed", "opened"}
