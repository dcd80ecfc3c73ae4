"""Proof: Merkle trees (RFC 9162), Ed25519 signatures, signed certificates with independent checks."""
