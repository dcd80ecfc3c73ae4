from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "guantong.procedure.registers"
    label = "registers"
    verbose_name = "称号名册"
