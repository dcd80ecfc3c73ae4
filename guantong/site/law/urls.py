"""Addresses of 政策依据."""

from django.urls import path

from guantong.site.law import downloads, views

app_name = "law"
urlpatterns = [
    path("law/", views.overview, name="overview"),
    path("law/documents/", views.documents, name="documents"),
    path("law/documents/<slug:name>/", views.document, name="document"),
    path("law/parameters/", views.parameters, name="parameters"),
    path("law/parameters/<str:name>/", views.parameter, name="parameter"),
    path("law/equivalences/", views.equivalences, name="equivalences"),
    path("law/changes/", views.changes, name="changes"),
    path("law/values.json", downloads.values_json, name="values_json"),
    path("law/values.csv", downloads.values_csv, name="values_csv"),
]
