"""Addresses of the programme pages."""

from django.urls import path

from . import bureau, school, visitor

app_name = "programmes"
urlpatterns = [
    path("programmes/", visitor.catalogue, name="catalogue"),
    path("programmes/coverage/", visitor.coverage, name="coverage"),
    path("programmes/plan/<str:public_id>/", visitor.plan, name="plan"),
    path("programmes/plan/<str:public_id>/courses.xlsx", visitor.plan_courses, name="plan_courses"),
    path("programmes/<str:code>/", visitor.programme, name="programme"),
    path("school/plans/", school.plans, name="school_plans"),
    path("school/plans/new/", school.new_plan, name="new_plan"),
    path("school/plans/template.xlsx", school.template, name="courses_template"),
    path("school/plans/<str:public_id>/", school.manage_plan, name="manage_plan"),
    path("school/plans/<str:public_id>/courses/", school.upload_courses, name="upload_courses"),
    path("school/plans/<str:public_id>/report/<str:file_id>/", school.report, name="courses_report"),
    path("school/plans/<str:public_id>/publish/", school.publish, name="publish_plan"),
    path("school/offerings/", school.offerings, name="school_offerings"),
    path("bureau/programmes/", bureau.supplement, name="supplement"),
    path("bureau/programmes/template.xlsx", bureau.template, name="supplement_template"),
    path("bureau/programmes/report/<str:file_id>/", bureau.report, name="supplement_report"),
]
