from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "guantong.base.orgs"
    label = "orgs"
