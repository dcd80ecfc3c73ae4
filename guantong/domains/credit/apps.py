from django.apps import AppConfig


class CreditConfig(AppConfig):
    """Registers what other rooms call back: procedure handlers, import jobs, timed work, the merge of accounts."""

    name = "guantong.domains.credit"
    label = "credit"
    verbose_name = "学分银行"

    def ready(self) -> None:
        from guantong.base.people.holders import register_holder
        from guantong.base.sheets.kinds import register_job_kind, register_timed_task
        from guantong.domains.credit.actions.corrections import move_accounts, return_accounts
        from guantong.domains.credit.actions.nightly import audit_and_seal, expire_all
        from guantong.domains.credit.procedures import register_procedures
        from guantong.domains.credit.selectors.declared import register_declared_facts
        from guantong.domains.credit.sheets.jobs import DEPOSIT_JOB
        from guantong.domains.credit.web.panels import register_panels

        register_procedures()
        register_panels()
        register_declared_facts()
        register_holder("credit.accounts", move_accounts, return_accounts)
        register_job_kind(DEPOSIT_JOB)
        register_timed_task("credit.audit", 24 * 3600, audit_and_seal)
        register_timed_task("credit.expire", 24 * 3600, expire_all)
