from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "guantong.procedure.rounds"
    label = "rounds"

    def ready(self) -> None:
        """Join the machine of cases with two parts: rounds, and quotas."""
        from guantong.base.audit.words import register_words
        from guantong.procedure.cases.parts_api import register_part

        from .part import QUOTAS, ROUNDS

        register_part(ROUNDS)
        register_part(QUOTAS)
        register_words(
            {"open_round": "开放申报批次", "extend_round": "延长申报批次", "extend_case": "延长一件的提交期限"}
        )
