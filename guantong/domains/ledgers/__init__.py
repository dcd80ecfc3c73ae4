"""任务台账: what documents order done row by row, by whom, how far it has come, and bulletins of it; with the summary
pages of the key-task platform.

Rows are region data (``regions/<region>/ledgers/``). Carries out G2 (the ledgers of cn-integration-2017-annex,
cn-quality-action-2020, cn-skills-china-2021, cn-lifelong-training-2018, yn-skills-action-2021, the two annexes of
yn-high-skilled-talent-2023, qj-vocational-action-2023) and the pages of G1 (cn-key-tasks-2023 二, 三); the
procedures of G1 themselves are definitions under ``regions/*/procedures/g1-*.yaml``.
"""
