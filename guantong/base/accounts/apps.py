from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "guantong.base.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Posts and API keys end with their organisation."""
        from guantong.base.accounts.actions.posts import end_mandates
        from guantong.base.orgs.endings import register_ending

        register_ending("accounts.mandates", end_mandates)
