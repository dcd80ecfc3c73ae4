from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "guantong.procedure.cases"
    label = "cases"
