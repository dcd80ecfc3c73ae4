from django.apps import AppConfig


class WebkitConfig(AppConfig):
    name = "guantong.base.webkit"
    label = "webkit"
