"""New Haven 2024 (pseudonymous): deferred acceptance with its quotas and priority profiles; there is no official
result.

``DATA/newhaven_sae_example``: applications with ranking, quota and priority profile (the smaller is better),
vacancies of each programme by quota. Which quota somebody competes in differs by programme, so each quota of a
programme is a place of its own kind, as in virtual programmes: an application in a quota names that quota's seats,
then the regular ones; profiles are the scores of both (seats nobody applied for are left out); equal profiles are
settled by lot, admitted together or rejected together. Each result is compared between both implementations, held to
the independent check of the engine and to a test for blocking pairs written here.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from guantong.engines.matching import (
    Instance,
    Outcome,
    Place,
    allocate,
    allocate_plainly,
    build_instance,
    check,
    compare,
    read_rules,
)
from guantong.engines.matching.lottery import lottery_numbers
from tests.conformance.reporting import Report

FOLDER = "newhaven_sae_example"
REGULAR = 11
SEED = "2024" * 16


def run(data: Path, report: Report) -> None:
    """Both priority profiles of the data, each tie policy."""
    with (data / FOLDER / "applications_r.csv").open(newline="") as file:
        applications = list(csv.DictReader(file))
    with (data / FOLDER / "vacancies_r.csv").open(newline="") as file:
        vacancies = list(csv.DictReader(file))
    for profile in ("priority_profile_ori", "priority_profile_edi"):
        for ties in ("lottery", "admit_all", "reject_all"):
            instance = _instance(applications, vacancies, profile, ties)
            name = f"New Haven {profile.rsplit('_', 1)[1]}, {ties}"
            outcome = allocate(instance)
            report.add(name, "both implementations agree", not compare(outcome, allocate_plainly(instance)))
            report.add(name, "the independent check finds nothing", not check(instance, outcome))
            blocking = _blocking_pairs(instance, outcome, ties)
            report.add(name, "no blocking pair", not blocking)
            placed = sum(place >= 0 for place in outcome.place)
            seats = sum(place.seats for place in instance.places)
            report.note(f"{len(instance.candidates)} applicants, {seats} seats somebody applied for, {placed} placed")


def _instance(applications: list[dict[str, str]], vacancies: list[dict[str, str]], profile: str, ties: str) -> Instance:
    lists: dict[str, list[tuple[int, str, int, int]]] = defaultdict(list)
    for row in applications:
        entry = (int(row["ranking"]), row["program_id"], int(row["quota_id"]), int(row[profile]))
        lists[row["applicant_id"]].append(entry)
    choices, scores = {}, []
    for person, wishes in lists.items():
        named = []
        for _, programme, quota, rank in sorted(wishes):
            for seats_of in dict.fromkeys((quota, REGULAR)):
                named.append(f"{programme}-{seats_of}")
                scores.append((person, named[-1], -rank))
        choices[person] = named
    wanted = {place for named in choices.values() for place in named}
    places = []
    for row in vacancies:
        for quota in range(1, REGULAR + 1):
            seats = int(row["regular_vacancies" if quota == REGULAR else f"quota_{quota}"])
            programme, school = row["program_id"], row["school_id"]
            if f"{programme}-{quota}" in wanted:
                places.append(Place(f"{programme}-{quota}", school, programme, programme, str(quota), seats))
    rules: dict[str, object] = {"mechanism": "deferred_acceptance", "unit": "place", "order": [], "ties": ties}
    if ties == "lottery":
        rules["lottery_seed"] = SEED
    return build_instance(
        places=places,
        candidates=list(lists),
        columns={},
        choices=choices,
        scores=scores,
        rules=read_rules(rules),
    )


def _blocking_pairs(instance: Instance, outcome: Outcome, ties: str) -> list[tuple[str, str]]:
    """Pairs of a person and a place, preferred to what the person holds, that a worse holder or an empty seat keeps.

    With ``reject_all`` a seat is empty for a person only if all who want it and are at least as good fit together.
    """
    score = {}
    for c in range(len(instance.candidates)):
        for at in range(instance.score_offsets[c], instance.score_offsets[c + 1]):
            score[(c, instance.score_places[at])] = instance.score_values[at]
    lots = lottery_numbers(SEED, instance.candidates)

    def strength(c: int, place: int) -> tuple[int, int]:
        return score[(c, place)], (-lots[c] if ties == "lottery" else 0)

    holders: dict[int, list[int]] = defaultdict(list)
    for c, place in enumerate(outcome.place):
        if place >= 0:
            holders[place].append(c)
    found = []
    wanting: dict[int, list[int]] = defaultdict(list)
    for c in range(len(instance.candidates)):
        for choice in instance.choices_of(c):
            place = instance.choice_units[choice]
            if place == outcome.place[c]:
                break
            wanting[place].append(c)
    for place, people in wanting.items():
        seats, held = instance.places[place].seats, holders[place]
        worst = min((strength(c, place) for c in held), default=None)
        for c in people:
            own = strength(c, place)
            has_envy = worst is not None and (own > worst or (own == worst and ties == "admit_all"))
            rivals = 0 if ties != "reject_all" else sum(strength(other, place) >= own for other in people) - 1
            if has_envy or len(held) + rivals < seats:
                found.append((c, place))
    return [(instance.candidates[c], instance.places[place].id) for c, place in found]
