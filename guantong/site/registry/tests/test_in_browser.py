"""The register's pages with parameters, in Chromium at 1440 and 390 pixels, with real content."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from guantong.base.accounts.actions import issue_token
from guantong.base.accounts.public import SYSTEM
from guantong.base.notices.models import Notice
from guantong.base.orgs.actions import Basis, merge_organisations, register_organisation, rename_organisation
from guantong.base.orgs.models import Organisation
from guantong.base.people.actions import ensure_person, merge_people, record_consent, refresh_duplicates
from guantong.base.people.models import Person
from guantong.domains.credit.tests.scene import build_scene
from guantong.kernel import clock
from tests.cast import BASELINE, build_cast
from tests.house.browser import WIDTHS, browser, look

PICTURES = os.environ.get("GUANTONG_PICTURES")
"""A folder for pictures, to look at the pages oneself."""


def fill(cast):
    """Something on every page; returns the addresses by who looks."""
    basis = Basis("云澜省教育厅关于同意更名的批复（云教复〔2024〕3号）", "第一条")
    rename_organisation(
        actor=cast.he,
        organisation_id=cast.xiling,
        name="西岭技术学校",
        happened_on=date(2024, 9, 1),
        basis=basis,
    )
    small = register_organisation(
        actor=cast.he, kind="secondary_school", name="松岗职业学校", region="990201", in_force_from=date(2012, 9, 1)
    )
    merge_organisations(
        actor=cast.he,
        source_ids=[small.pk],
        target_id=cast.xiling,
        happened_on=date(2025, 9, 1),
        basis=basis,
        reason="布局调整",
    )
    twin = ensure_person(actor=SYSTEM, name="小吴", id_number="E99000001", id_kind="passport", born_on=date(2005, 3, 7))
    other = ensure_person(actor=SYSTEM, name="小赵", id_number="E99000002", id_kind="passport")
    merge_people(actor=cast.chen, kept_id=cast.zhao_person, absorbed_id=other, reason="同一人，护照已核对")
    refresh_duplicates(actor=SYSTEM)
    record_consent(
        actor=cast.lin,
        person_id=cast.zhao_person,
        guardian_name="吴先生",
        relation="父亲",
        purpose="credit_transfer",
        scope="学分互认",
        given_on=date(2025, 9, 1),
        until=date(2026, 9, 1),
    )
    issue_token(actor=cast.operator, organisation_id=cast.donghu, label="教务系统", permissions=["credit.deposit"])
    Notice.objects.create(person_id=cast.wu_person, text="您的申请已通过。", link="/learner/", sent_at=clock.now())
    xiling = Organisation.objects.get(pk=cast.xiling).public_id
    with transaction.atomic():
        build_scene(cast)
    people = [Person.objects.get(pk=pk).public_id for pk in (cast.wu_person, twin, cast.zhao_person)]
    change = f"/bureau/organisations/{xiling}"
    return {
        None: ["/organisations/", "/organisations/?ever=1&q=职业", f"/organisations/{xiling}/",
               f"/organisations/{small.public_id}/", "/organisations/regions/", "/organisations/figures/"],
        "he": [f"/organisations/{xiling}/", "/organisations/regions/", f"/organisations/{xiling}/posts/",
               "/bureau/organisations/register/", "/bureau/regions/register/", "/bureau/audit/",
               *(f"{change}/{kind}/" for kind in ("rename", "move", "upgrade", "merge", "split", "end")),
               "/bureau/regions/990101/split/", "/bureau/people/duplicates/", "/bureau/people/merges/",
               f"/bureau/people/{people[0]}/{people[1]}/"],
        "operator": ["/operator/accounts/", "/operator/accounts/new/", "/operator/accounts/lin.staff/",
                     "/operator/tokens/", "/operator/audit/"],
        "lin": ["/school/people/", f"/school/people/{people[2]}/"],
        "wu": ["/notices/"],
    }  # fmt: skip


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_every_page_holds_at_both_widths(live_server, client):
    with clock.frozen_at(BASELINE):
        cast = build_cast()
        addresses = fill(cast)
    wrong = []
    with browser() as chromium:
        for who, paths in addresses.items():
            cookies = []
            if who is not None:
                client.force_login(cast.user(who))
                session = client.cookies[settings.SESSION_COOKIE_NAME].value
                cookies = [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            for name, width in WIDTHS.items():
                context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
                context.add_cookies(cookies)
                for number, path in enumerate(paths):
                    picture = Path(PICTURES) / f"{who}-{number:02d}-{name}.png" if PICTURES else None
                    seen = look(context, live_server.url + path, picture)
                    if seen.status != 200 or seen.findings:
                        wrong.append((who, path, name, seen.status, seen.findings))
                context.close()
    assert wrong == []
