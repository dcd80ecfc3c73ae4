from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "guantong.base.notices"
    label = "notices"
