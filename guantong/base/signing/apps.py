from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "guantong.base.signing"
    label = "signing"

    def ready(self) -> None:
        """Private halves are sealed again when the installation's key is renewed."""
        from guantong.base.people.sealed import register_sealed
        from guantong.base.signing.actions import reseal_signing_keys

        register_sealed("签名密钥", reseal_signing_keys)
