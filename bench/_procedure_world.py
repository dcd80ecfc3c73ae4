"""The stage on which procedures are measured: a database of its own, and cases of the sample procedure on it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def own_database() -> Iterator[Any]:
    """Django on an empty database of its own; what was the default before is the default afterwards."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings.test")
        django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.db.backends.sqlite3.base import DatabaseWrapper

    from guantong.config.settings.base import database_from_url

    before = connections["default"]
    with tempfile.TemporaryDirectory(prefix="guantong-bench-") as folder:
        settings = {**before.settings_dict, **database_from_url(f"sqlite://{Path(folder) / 'bench.sqlite3'}")}
        connections["default"] = own = DatabaseWrapper(settings, "default")
        try:
            call_command("migrate", verbosity=0)
            yield own
        finally:
            own.close()
            connections["default"] = before


class World:
    """Cases of the sample procedure, opened and moved through actions."""

    def __init__(self, cast: Any) -> None:
        self.cast, self.serial = cast, 0
        self.wu, self.ma = cast.wu, cast.ma
        from guantong.base.files.models import StoredFile
        from guantong.kernel import clock

        self.file = StoredFile.objects.create(
            public_id="BENCHFILE222",
            sha256="a" * 64,
            name="证书.pdf",
            kind="evidence",
            media_type="application/pdf",
            size=1000,
            person_id=cast.people["wu"],
            uploaded_at=clock.now(),
        )

    def at_department(self) -> Any:
        """A case that waits for the department."""
        from guantong.procedure.cases.actions import act, add_material, open_case
        from guantong.procedure.cases.tests.sample import SUBJECT

        self.serial += 1
        case = open_case(
            actor=self.wu,
            definition="sample-request",
            region="990000",
            subject=(SUBJECT, self.serial),
            organisation_id=self.cast.donghu,
            person_id=self.cast.people["wu"],
            department="信息工程系",
            facts={"course": "网络技术", "credits": "4"},
        )
        given = {"actor": self.wu, "case_id": case.pk}
        add_material(**given, requirement="certificate", file_id=self.file.pk, revision=1)
        return act(**given, action="submit", revision=2)

    def many(self, count: int) -> Iterator[Any]:
        """So many cases that wait for the department."""
        return iter([self.at_department() for _ in range(count)])

    def approve(self, case: Any) -> Any:
        """The measured step: the department approves."""
        from guantong.procedure.cases.actions import act

        return act(actor=self.ma, case_id=case.pk, action="approve", revision=case.revision, opinion="同意转换。")
