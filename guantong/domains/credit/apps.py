from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "guantong.domains.credit"
    label = "credit"
