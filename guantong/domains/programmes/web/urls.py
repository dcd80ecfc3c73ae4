"""Addresses of the programme pages."""

from django.urls import path

from . import bureau, visitor
from .school import offerings, plans, students

app_name = "programmes"
urlpatterns = [
    path("programmes/", visitor.catalogue, name="catalogue"),
    path("programmes/coverage/", visitor.coverage, name="coverage"),
    path("programmes/plan/<str:public_id>/", visitor.plan, name="plan"),
    path("programmes/plan/<str:public_id>/courses.xlsx", visitor.plan_courses, name="plan_courses"),
    path("programmes/<str:code>/", visitor.programme, name="programme"),
    path("school/plans/", plans.plans, name="school_plans"),
    path("school/plans/new/", plans.new_plan, name="new_plan"),
    path("school/plans/template.xlsx", plans.template, name="courses_template"),
    path("school/plans/<str:public_id>/", plans.manage_plan, name="manage_plan"),
    path("school/plans/<str:public_id>/courses/", plans.upload_courses, name="upload_courses"),
    path("school/plans/<str:public_id>/report/<str:file_id>/", plans.report, name="courses_report"),
    path("school/plans/<str:public_id>/publish/", plans.publish, name="publish_plan"),
    path("school/offerings/", offerings.offerings, name="school_offerings"),
    path("school/students/", students.students, name="school_students"),
    *students.ROSTER.urls("school/students/sheets/"),
    path("school/students/<str:public_id>/", students.student, name="school_student"),
    path("school/students/<str:public_id>/leave/", students.leave, name="leave_school"),
    path("school/students/<str:public_id>/transfer/", students.transfer, name="transfer_student"),
    path("bureau/programmes/", bureau.supplement, name="supplement"),
    path("bureau/programmes/template.xlsx", bureau.template, name="supplement_template"),
    path("bureau/programmes/report/<str:file_id>/", bureau.report, name="supplement_report"),
]
