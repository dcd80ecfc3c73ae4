"""The append-only record of who did what, why, under which law.

Every action writes exactly one line, in its own transaction (HOUSE §4). Law: 职业教育法 and the audit duty of
every recognising body; the line also lets a decision be replayed years later.
"""
