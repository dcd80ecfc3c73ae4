"""The register in pages: organisations and regions with their history, accounts, duplicates, the audit record.

G12 (registry part): anyone looks up organisations; a bureau registers and changes them; operators mind accounts.
"""
