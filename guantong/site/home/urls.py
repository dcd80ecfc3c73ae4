"""Addresses of the home page and its neighbours."""

from django.urls import path

from guantong.site.home import views

app_name = "home"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("healthz", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
]
