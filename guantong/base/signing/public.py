"""What domains may ask of signing keys."""

from guantong.base.signing.actions import renew_signing_key, signing_key
from guantong.base.signing.selectors import KeyFacts, find_signing_key, list_keys

__all__ = ["KeyFacts", "find_signing_key", "list_keys", "renew_signing_key", "signing_key"]
