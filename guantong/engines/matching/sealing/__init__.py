"""Sealing a run, so that it can be proved later: manifest, Merkle tree over candidates, certificates, bundles,
verifier.

What is sealed and how it is checked stands in ``docs/dev/matching.md`` section 8 and ``docs/api/admission-files.md``.
"""
