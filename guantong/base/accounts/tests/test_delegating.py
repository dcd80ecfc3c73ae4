"""Acting officers: dated, within one organisation, by the holder or whoever grants posts, ending by themselves."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from guantong.base.accounts.actions import delegate_post, grant_post, revoke_post
from guantong.base.accounts.models import Post
from guantong.base.accounts.public import SYSTEM
from guantong.base.accounts.selectors import list_holders
from guantong.base.audit.models import AuditLine
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from tests.cast import Cast

UNTIL = date(2025, 11, 1)


def own(cast: Cast, who: str) -> Post:
    return Post.objects.get(user_id=cast.users[who], acting_for=None)


def delegate(cast: Cast, actor: str = "qian", holder: str = "qian", to: str = "sun", **more):  # type: ignore[no-untyped-def]
    given = {"until": UNTIL, "reason": "出差。", **more}
    return delegate_post(actor=cast.actor(actor), post_id=own(cast, holder).pk, to_user_id=cast.users[to], **given)


def test_a_colleague_acts_in_the_name_of_the_holder_until_the_day(cast: Cast) -> None:
    acting = delegate(cast)
    posts = {p.role: p for p in cast.sun.posts}
    assert posts["credit_officer"].acting_for == "钱老师"
    assert posts["credit_officer"].acting_for_user == cast.users["qian"]
    assert posts["academic_officer"].acting_for == ""
    assert cast.sun.label == "孙科长（东湖职业技术学院）"
    assert set(list_holders("credit_officer", cast.donghu)) == {cast.users["qian"], cast.users["sun"]}
    assert AuditLine.objects.filter(action="delegate_post", reason="出差。").count() == 1
    assert delegate(cast).pk == acting.pk
    with clock.frozen_at(datetime(2025, 10, 31, 23, 59, 59, tzinfo=CHINA_TIME)):
        assert len(cast.sun.posts) == 2
    with clock.frozen_at(datetime(2025, 11, 1, tzinfo=CHINA_TIME)):
        assert [p.role for p in cast.sun.posts] == ["academic_officer"]
        assert list_holders("credit_officer", cast.donghu) == [cast.users["qian"]]


def test_it_ends_with_the_holders_post_and_can_be_given_back(cast: Cast) -> None:
    acting = delegate(cast)
    revoke_post(actor=cast.sun, post_id=acting.pk, reason="已经回来。")
    assert [p.role for p in cast.sun.posts] == ["academic_officer"]
    delegate(cast)
    assert len(cast.sun.posts) == 2
    revoke_post(actor=SYSTEM, post_id=own(cast, "qian").pk, reason="调离。")
    assert [p.role for p in cast.sun.posts] == ["academic_officer"]
    assert list_holders("credit_officer", cast.donghu) == []


def test_whoever_grants_posts_may_arrange_it_but_not_for_themselves(cast: Cast) -> None:
    assert delegate(cast, actor="he").acting_for_id == cast.users["qian"]
    with pytest.raises(Refusal) as refused:
        delegate(cast, actor="zhou")
    assert refused.value.code.startswith("ACC-")
    assert Post.objects.filter(acting_for__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to": "zhou"}, "ACC-055"),
        ({"to": "qian"}, "ACC-042"),
        ({"until": date(2025, 10, 15)}, "ACC-054"),
        ({"in_force_from": date(2025, 8, 1)}, "ACC-054"),
    ],
)
def test_it_is_refused_outside_the_organisation_and_outside_the_term(cast: Cast, more, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refusal) as refused:
        delegate(cast, **more)
    assert refused.value.code == code
    assert not Post.objects.filter(acting_for__isnull=False).exists()


def test_an_acting_officer_passes_it_on_to_nobody(cast: Cast) -> None:
    acting = delegate(cast)
    with pytest.raises(Refusal) as refused:
        delegate_post(actor=SYSTEM, post_id=acting.pk, to_user_id=cast.users["ma"], until=UNTIL)
    assert refused.value.code == "ACC-056"


def test_an_own_post_goes_before_an_acting_one(cast: Cast) -> None:
    delegate(cast)
    grant_post(actor=SYSTEM, user_id=cast.users["sun"], organisation_id=cast.donghu, role="credit_officer")
    assert [p.acting_for for p in cast.sun.posts] == ["", "", "钱老师"]
