from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "guantong.procedure.rounds"
    label = "rounds"

    def ready(self) -> None:
        """Join the machine of cases with two parts: rounds, and quotas."""
        from guantong.procedure.cases.parts_api import register_part

        from .part import QUOTAS, ROUNDS

        register_part(ROUNDS)
        register_part(QUOTAS)
