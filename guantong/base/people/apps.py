from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "guantong.base.people"
    label = "people"
