"""What domains may ask of signing keys."""

from guantong.base.signing.actions import renew_signing_key, signing_key
from guantong.base.signing.selectors import KeyFacts, Signer, find_signer, list_keys

__all__ = ["KeyFacts", "Signer", "find_signer", "list_keys", "renew_signing_key", "signing_key"]
