"""政策依据: the pages of the policy library. Documents, clauses, parameters with their history, and what changed.

Carries out G11 (政策文件库与参数) towards everybody; everything shown is read from the region folders.
"""
