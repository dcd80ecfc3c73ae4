from django.apps import AppConfig


class CreditConfig(AppConfig):
    """Registers what other rooms call back: procedure handlers, import jobs, timed work, the merge of accounts."""

    name = "guantong.domains.credit"
    label = "credit"
    verbose_name = "学分银行"

    def ready(self) -> None:
        from guantong.domains.credit.procedures import register_procedures

        register_procedures()
