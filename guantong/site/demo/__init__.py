"""The invented province 云澜省: builds a believable year of the credit bank through the same actions people use.

Everything in it is invented: regions 990000–999999, names, schools, documents. The same seed on the same day gives the
same province. It is exempt from the front-door rule (docs/decisions/) because it stands in for people at every desk.
"""
