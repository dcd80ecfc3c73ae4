"""小赵 has no mouse: signs in, finds what counts and applies with Tab, Enter and letters alone.

Every element that gets the focus must be seen to have it.
"""

from __future__ import annotations

import pytest

from guantong.domains.credit.models import ConversionApplication
from tests.cast import PASSWORD

pytestmark = pytest.mark.journey
MOST_STEPS = 80
FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = e.getBoundingClientRect();
  return {
    words: (e.labels && e.labels.length ? e.labels[0].textContent : e.textContent || "").trim(),
    tag: e.tagName, shown: ring || style.boxShadow !== "none",
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def test_everything_is_done_from_the_keyboard(scene, person):
    given_a_certificate_is_in_the_account(scene)
    zhao = person()
    when_she_signs_in(zhao)
    when_she_skips_the_navigation(zhao)
    when_she_reaches_what_counts(zhao)
    when_she_applies(zhao)
    then_the_application_is_in(zhao)


def given_a_certificate_is_in_the_account(scene):
    scene.achievement()


def reaches(zhao, words):
    """Press Tab until the element with these words has the focus; each one on the way shows that it has it."""
    for _ in range(MOST_STEPS):
        zhao.page.keyboard.press("Tab")
        at = zhao.page.evaluate(FOCUS)
        if at["tag"] == "BODY":
            continue
        assert at["shown"], f"no visible focus on {at}"
        assert at["inside"], f"the focus is out of sight on {at}"
        if words in at["words"]:
            return
    raise AssertionError(f"Tab does not reach “{words}” on {zhao.path()}")


def enters(zhao):
    """Press Enter and wait for the next page."""
    with zhao.page.expect_navigation(wait_until="load"):
        zhao.page.keyboard.press("Enter")


def when_she_signs_in(zhao):
    zhao.opens("/sign-in/?next=/learner/")
    zhao.page.evaluate("() => document.activeElement.blur()")
    reaches(zhao, "账号")
    zhao.page.keyboard.type("zhao.learner")
    reaches(zhao, "密码")
    zhao.page.keyboard.type(PASSWORD)
    enters(zhao)
    assert zhao.path() == "/learner/"


def when_she_skips_the_navigation(zhao):
    reaches(zhao, "跳到正文")
    zhao.page.keyboard.press("Enter")
    assert zhao.page.evaluate("() => document.activeElement.id") == "main"
    zhao.page.keyboard.press("Tab")
    assert zhao.page.evaluate("() => document.activeElement.closest('main') !== null")


def when_she_reaches_what_counts(zhao):
    reaches(zhao, "看看这些成果能算什么")
    enters(zhao)
    assert zhao.heading() == "能算什么"


def when_she_applies(zhao):
    reaches(zhao, "按最优用法申请转换")
    enters(zhao)
    assert len(zhao.questions) == 1


def then_the_application_is_in(zhao):
    zhao.sees("申请已经提交", "院系审核")
    assert ConversionApplication.objects.get().state == "in_review"
