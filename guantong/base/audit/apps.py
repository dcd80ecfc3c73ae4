from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "guantong.base.audit"
    label = "audit"
