"""Addresses of admission."""

from django.urls import path

from guantong.domains.admission.web import cases, learner, visitor
from guantong.domains.admission.web.bureau.urls import bureau_patterns
from guantong.domains.admission.web.school.urls import school_patterns

app_name = "admission"
CYCLE = "admission/cycles/<str:public_id>/"
RUN = "admission/runs/<str:public_id>/"

visitor_patterns = [
    path("admission/", visitor.cycles.cycles, name="cycles"),
    path("admission/schools/", visitor.cycles.newest, {"page": "search"}, name="newest_search"),
    path("admission/cutoffs/", visitor.cycles.newest, {"page": "cutoffs"}, name="newest_cutoffs"),
    path("admission/rank-table/", visitor.cycles.newest, {"page": "rank_table"}, name="newest_rank_table"),
    path("admission/openings/", visitor.cycles.newest, {"page": "openings"}, name="newest_openings"),
    path("admission/vacancies/", visitor.cycles.newest, {"page": "vacancies"}, name="newest_vacancies"),
    path("admission/statistics/", visitor.cycles.newest, {"page": "statistics"}, name="newest_statistics"),
    path("admission/verify/", visitor.proofs.verify, name="verify"),
    path("admission/verify/<str:number>/", visitor.proofs.paper, name="paper"),
    path("admission/places/<str:public_id>/", visitor.places.place, name="place"),
    path(CYCLE, visitor.cycles.cycle, name="cycle"),
    path(CYCLE + "schools/", visitor.places.search, name="search"),
    path(CYCLE + "schools/plans.<str:kind>", visitor.places.plans_file, name="plans_file"),
    path(CYCLE + "schools/<str:school_id>/", visitor.places.school, name="school"),
    path(CYCLE + "cutoffs/", visitor.figures.cutoffs, name="cutoffs"),
    path(CYCLE + "cutoffs/cutoffs.<str:kind>", visitor.figures.cutoffs_file, name="cutoffs_file"),
    path(CYCLE + "rank-table/", visitor.figures.rank_table, name="rank_table"),
    path(CYCLE + "rank-table/rank-table.<str:kind>", visitor.figures.rank_table_file, name="rank_table_file"),
    path(CYCLE + "vacancies/", visitor.figures.vacancies, name="vacancies"),
    path(CYCLE + "vacancies/vacancies.<str:kind>", visitor.figures.vacancies_file, name="vacancies_file"),
    path(CYCLE + "statistics/", visitor.figures.statistics, name="statistics"),
    path(CYCLE + "statistics/statistics.<str:kind>", visitor.figures.statistics_file, name="statistics_file"),
    path(CYCLE + "openings/openings.<str:kind>", visitor.proofs.openings_file, name="openings_file"),
    path(CYCLE + "schools/<str:school_id>/prospectus.txt", visitor.places.prospectus_file, name="prospectus_file"),
    path(CYCLE + "openings/", visitor.proofs.openings, name="openings"),
    path(CYCLE + "openings/<str:item>/file/", visitor.proofs.opening_file, name="opening_file"),
    path(RUN, visitor.proofs.run, name="run"),
    path(RUN + "files/<str:name>", visitor.proofs.run_file, name="run_file"),
]

MINE = "learner/admission/<str:public_id>/"
ROUND = "learner/admission/rounds/<str:public_id>/"

learner_patterns = [
    path("learner/admission/", learner.home.home, name="my_home"),
    path(ROUND + "list/", learner.choosing.my_list, name="my_list"),
    path(ROUND + "search/", learner.choosing.search, name="my_search"),
    path(ROUND + "choices/<str:unit>/", learner.choosing.choice, name="my_choice"),
    path(ROUND + "lock/", learner.choosing.lock, name="my_lock"),
    path(ROUND + "result/", learner.results.result, name="my_result"),
    path(ROUND + "result/certificate.json", learner.results.certificate, name="my_certificate"),
    path(ROUND + "result/paper.pdf", learner.results.paper, name="my_paper"),
    path(ROUND + "result/answer/", learner.results.answer, name="my_answer"),
    path(ROUND + "appeal/", learner.results.appeal, name="my_appeal"),
    path(MINE, learner.home.cycle, name="my_cycle"),
    path(MINE + "registration/", learner.home.registration, name="my_registration"),
    path(MINE + "registration/withdraw/", learner.home.withdraw, name="my_withdrawal"),
    path(MINE + "score/", learner.home.score, name="my_score"),
]

case_patterns = [
    path("admission/cases/<str:public_id>/", cases.case, name="case"),
    path("admission/appeals/<str:public_id>/", cases.appeal, name="appeal_case"),
]

urlpatterns = [*visitor_patterns, *learner_patterns, *case_patterns, *school_patterns, *bureau_patterns]
