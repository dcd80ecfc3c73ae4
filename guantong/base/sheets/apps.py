from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "guantong.base.sheets"
    label = "sheets"
