"""Addresses of the bureau's desk of admission."""

from django.urls import path

from guantong.domains.admission.web.bureau import (
    appeals,
    candidates,
    facts,
    home,
    limits,
    openings,
    papers,
    plans,
    rounds,
    runs,
    trials,
)

BASE = "bureau/admission/"
CYCLE = BASE + "<str:public_id>/"

bureau_patterns = [
    path(BASE, home.cycles, name="bureau_cycles"),
    path(BASE + "rounds/<str:public_id>/", rounds.round_page, name="bureau_round"),
    path(BASE + "rounds/<str:public_id>/paper/", papers.paper, name="bureau_paper"),
    path(BASE + "runs/<str:public_id>/", runs.run_page, name="bureau_run"),
    path(BASE + "runs/<str:public_id>/publish/", runs.publish, name="bureau_publish"),
    path(BASE + "trials/<str:public_id>/", trials.trial, name="bureau_trial"),
    path(BASE + "candidates/<str:public_id>/", candidates.candidate, name="bureau_candidate"),
    path(BASE + "appeals/<str:public_id>/", appeals.appeal, name="bureau_appeal"),
    *candidates.ROSTER.urls(BASE + "<slug:cycle>/candidates/sheets/"),
    *candidates.SCORES.urls(BASE + "<slug:cycle>/scores/sheets/"),
    path(CYCLE, home.cycle, name="bureau_cycle"),
    path(CYCLE + "move/", home.move, name="bureau_move"),
    path(CYCLE + "seed/", home.seed, name="bureau_seed"),
    path(CYCLE + "limits/", limits.limits, name="bureau_limits"),
    path(CYCLE + "plans/", plans.plans, name="bureau_plans"),
    path(CYCLE + "plans/plans.xlsx", plans.plans_file, name="bureau_plans_file"),
    path(CYCLE + "schools/<int:school_id>/", plans.school, name="bureau_school"),
    path(CYCLE + "candidates/", candidates.candidates, name="bureau_candidates"),
    path(CYCLE + "candidates/candidates.xlsx", candidates.candidates_file, name="bureau_candidates_file"),
    path(CYCLE + "candidates/facts/", facts.facts, name="bureau_facts"),
    path(CYCLE + "candidates/facts.xlsx", facts.facts_file, name="bureau_facts_file"),
    path(CYCLE + "candidates/rank/", candidates.rank, name="bureau_rank"),
    path(CYCLE + "rounds/", rounds.rounds, name="bureau_rounds"),
    path(CYCLE + "openings/", openings.openings, name="bureau_openings"),
    path(CYCLE + "openings/<str:item>/", openings.opening, name="bureau_opening"),
    path(CYCLE + "figures/", openings.shares, name="bureau_shares"),
    path(CYCLE + "registration/", openings.registration, name="bureau_registration"),
    path(CYCLE + "registration/registration.xlsx", openings.registration_file, name="bureau_registration_file"),
    path(CYCLE + "trials/", trials.trials, name="bureau_trials"),
    path(CYCLE + "appeals/", appeals.appeals, name="bureau_appeals"),
]
