"""A small sheet of the kind made for tests, on its way: uploaded, checked, refused."""

from __future__ import annotations

import pytest

from guantong.base.sheets import actions, worker
from guantong.kernel.refusal import Refusal

from .books import assert_well_said, book


def sheet(count=10, **credits_of) -> bytes:
    rows = [[f"N{n}", credits_of.get(f"N{n}", 2)] for n in range(count)]
    return book([["编号", "学分"], *rows], sheet="小表")


def upload(cast, content, name="小表.xlsx"):
    return actions.upload_sheet(actor=cast.lin, kind="small", organisation_id=cast.donghu, content=content, name=name)


def checked(cast, content):
    job = upload(cast, content)
    assert job.state == "uploaded"
    return worker.run_one_job(job.pk)


def code_of(function, **arguments):
    with pytest.raises(Refusal) as caught:
        function(**arguments)
    for problem in caught.value:
        assert_well_said(problem)
    return caught.value.code
