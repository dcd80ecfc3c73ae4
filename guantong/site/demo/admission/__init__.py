"""Admission in the invented province: one year finished, one year in the middle of choosing, smaller channels around.

Everything is done through the domain's actions at frozen moments. Who was admitted in the finished year studies now.
"""
