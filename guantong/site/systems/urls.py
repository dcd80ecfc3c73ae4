"""Address of 制度地图."""

from django.urls import path

from guantong.site.systems import views

app_name = "systems"
urlpatterns = [path("systems/", views.system_map, name="map")]
