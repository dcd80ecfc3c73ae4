"""People: one record and one learning account a person.

Identity numbers are kept encrypted with a keyed index and shown masked; two records of one person are merged with a
trail that can be undone; a minor's data leaves only with a guardian's consent (personal information law, art. 31).
"""
