from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "guantong.site"
    label = "site"
