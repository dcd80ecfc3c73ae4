"""Addresses of signing in, one's account, and the desks."""

from django.urls import path

from guantong.site.desks import homes

app_name = "desks"
urlpatterns = [
    path("desk/", homes.right_desk, name="right"),
    path("learner/", homes.learner, name="learner"),
    path("school/", homes.school, name="school"),
    path("bureau/", homes.bureau, name="bureau"),
    path("issuer/", homes.issuer, name="issuer"),
    path("operator/", homes.operator, name="operator"),
]
