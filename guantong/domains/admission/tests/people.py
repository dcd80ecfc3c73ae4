"""Candidates of the scene at a browser: accounts for them, and where they stand in a round."""

from __future__ import annotations

from django.test import Client

from guantong.base.accounts.actions import create_user
from guantong.base.accounts.models import User
from guantong.base.accounts.public import SYSTEM
from guantong.domains.admission.actions import placements, rounds
from guantong.domains.admission.actions.placements import Review
from guantong.domains.admission.models import Placement
from guantong.domains.admission.tests.scene import MARKS, Scene
from tests.cast import PASSWORD

PINYIN = dict(zip(MARKS, ("jia", "yi", "bing", "ding", "wu", "ji", "geng", "xin", "ren", "gui"), strict=True))


def username(name: str) -> str:
    """The account of a candidate of the scene."""
    return f"kaosheng-{PINYIN[name]}.learner"


def enter(scene: Scene, name: str) -> User:
    """The candidate's account, made once."""
    found = User.objects.filter(username=username(name)).first()
    if found is not None:
        return found
    made = create_user(
        actor=SYSTEM,
        username=username(name),
        display_name=f"考生{name}",
        password=PASSWORD,
        must_change_password=False,
        person_id=scene.candidate(name).person_id,
    )
    return made.user


def signed_in(scene: Scene, name: str) -> Client:
    """A client signed in as a candidate of the scene."""
    client = Client(raise_request_exception=False)
    client.force_login(enter(scene, name))
    return client


def decide(scene: Scene, *, sent_back: str = "") -> None:
    """Both schools decide on every file, and the confirmation begins."""
    for school, actor in (("donghu", scene.officer), ("nandu", scene.cast.actor("nandu_admission"))):
        rows = Placement.objects.filter(round=scene.round, plan__school_id=scene.cast.organisation(school))
        reviews = [
            Review(row.pk, "send_back", "health", "色觉检查不符合。")
            if row.candidate.person.name == f"考生{sent_back}"
            else Review(row.pk, "admit")
            for row in rows.select_related("candidate__person")
        ]
        school_id = scene.cast.organisation(school)
        placements.review_candidates(actor=actor, round_=scene.round, school_id=school_id, reviews=reviews)
    rounds.end_review(actor=scene.he, round_=scene.round)
    scene.refresh()
