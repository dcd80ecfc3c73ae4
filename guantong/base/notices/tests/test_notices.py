"""Notices reach their receivers after commit, and nobody else."""

from __future__ import annotations

import pytest
from django.db import transaction

from guantong.base.accounts.public import VISITOR
from guantong.base.notices.models import Notice
from guantong.base.notices.public import count_unread_for, list_for, mark_read, send


def texts(actor):
    return [n.text for n in list_for(actor)]


def test_notices_reach_person_account_and_role(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(to_person=cast.wu_person, text="给小吴", link="/learner/")
        send(to_user=cast.users["lin"], text="给林老师")
        send(to_role=("credit_officer", cast.donghu), text="给学分银行")
        assert Notice.objects.count() == 0, "not before commit"
    assert texts(cast.wu) == ["给小吴"]
    assert texts(cast.lin) == ["给林老师"]
    assert texts(cast.qian) == ["给学分银行"]
    assert texts(cast.zhou) == texts(cast.zhao) == texts(cast.operator) == texts(VISITOR) == []


def test_nothing_is_sent_when_the_action_rolls_back(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        send(to_person=cast.wu_person, text="不该发出")
        raise ZeroDivisionError
    assert Notice.objects.count() == 0


def test_reading_counts_only_ones_own(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for n in range(3):
            send(to_person=cast.wu_person, text=f"第{n}条")
        send(to_person=cast.zhao_person, text="给小赵")
    assert texts(cast.wu) == ["第2条", "第1条", "第0条"]
    assert count_unread_for(cast.wu) == 3
    first = list_for(cast.wu)[0]
    assert mark_read(actor=cast.wu, notice_ids=[first.pk]) == 1
    assert mark_read(actor=cast.wu, notice_ids=[first.pk]) == 0
    assert mark_read(actor=cast.zhao, notice_ids=[n.pk for n in list_for(cast.wu)]) == 0
    assert count_unread_for(cast.wu) == 2
    assert mark_read(actor=cast.wu) == 2
    assert count_unread_for(cast.zhao) == 1


def test_long_texts_are_shortened(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(to_person=cast.wu_person, text="长" * 400)
    assert texts(cast.wu) == ["长" * 299 + "…"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"text": "x"},
        {"text": "x", "to_user": 1, "to_person": 1},
        {"text": " ", "to_user": 1},
        {"text": "x", "to_user": 1, "link": "https://elsewhere.example/"},
        {"text": "x", "to_user": 1, "link": "//elsewhere.example/"},
        {"text": "x", "to_user": 1, "link": "javascript:alert(1)"},
    ],
)
def test_faults_of_the_caller_are_told_at_once(arguments):
    with pytest.raises(ValueError, match="notice"):
        send(**arguments)
