from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "guantong.base.accounts"
    label = "accounts"
