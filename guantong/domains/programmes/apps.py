from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "guantong.domains.programmes"
    label = "programmes"
