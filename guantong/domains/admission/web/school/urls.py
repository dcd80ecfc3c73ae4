"""Addresses of the school's desk of admission."""

from django.urls import path

from guantong.domains.admission.web.school import advertisements, home, plans, prospectus, registration, review

CYCLE = "school/admission/<str:public_id>/"

school_patterns = [
    path("school/admission/", home.cycles, name="school_cycles"),
    path("school/admission/advertisements/", advertisements.advertisements, name="school_advertisements"),
    path("school/admission/advertisements/<str:public_id>/", advertisements.advertisement, name="school_advertisement"),
    path("school/admission/places/<str:public_id>/", plans.plan, name="school_plan"),
    path("school/admission/places/<str:public_id>/remove/", plans.remove, name="school_plan_remove"),
    path("school/admission/files/<str:public_id>/", review.file, name="school_file"),
    *plans.SHEETS.urls("school/admission/<slug:cycle>/plans/sheets/"),
    path(CYCLE, home.cycle, name="school_cycle"),
    path(CYCLE + "plans/", plans.plans, name="school_plans"),
    path(CYCLE + "plans/new/", plans.new_plan, name="school_new_plan"),
    path(CYCLE + "plans/sums/", plans.sums, name="school_sums"),
    path(CYCLE + "plans/submit/", plans.submit, name="school_submit"),
    path(CYCLE + "plans/plans.xlsx", plans.plans_file, name="school_plans_file"),
    path(CYCLE + "prospectus/", prospectus.prospectus, name="school_prospectus"),
    path(CYCLE + "files/", review.files, name="school_files"),
    path(CYCLE + "files/admit/", review.admit, name="school_admit"),
    path(CYCLE + "files/files.xlsx", review.files_file, name="school_files_file"),
    path(CYCLE + "registration/", registration.registration, name="school_registration"),
    path(CYCLE + "registration/registration.xlsx", registration.registration_file, name="school_registration_file"),
    path(CYCLE + "figures/", registration.figures, name="school_figures"),
    path(CYCLE + "figures/figures.xlsx", registration.figures_file, name="school_figures_file"),
]
