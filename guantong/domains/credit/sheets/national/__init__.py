"""Forms of the national data standard for vocational schools (职业教育院校数据标准, 2023.06 and 2024.09 editions).

A school exports them for the national platform and hands the same files in here. Titles are the standard's Chinese
names; its codes (ZSH, XSXM …) are understood as titles too. Learners are named by school code and student number.
"""
