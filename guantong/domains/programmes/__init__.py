"""专业、人才培养方案和学籍: the programme catalogue, what schools offer, curriculum plans with checks, student records.

Carries out 教职成〔2021〕2号 (catalogue), 教职成〔2019〕13号 and 国发〔2019〕4号 (what a plan must hold).
"""
