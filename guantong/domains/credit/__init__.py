"""The credit bank (学分银行): accounts, ledger, recognition, conversion, certificates.

Carries out 职业教育法 art. 11, 17 and 51 (recognition, accumulation and conversion of learning outcomes),
国发〔2019〕4号（八）(national credit bank and school rules), 教职成〔2020〕7号 task 7 and the hour-to-credit rule of
教职成〔2019〕13号.
"""
