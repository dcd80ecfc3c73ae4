"""Conversion: which achievements count toward which courses of a plan, how much, why not, and the best use.

Pure functions of facts, a school's rule document, numbers of the law and a day; whole hundredths of a credit and exact
fractions only. How a school writes its rules: docs/dev/conversion-rules.md. Carries out 职业教育法第十七条、第五十一条
(credits, qualifications, other outcomes convert) and 教职成〔2020〕7号任务7 (schools write their own methods).
"""
