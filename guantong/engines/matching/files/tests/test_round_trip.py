"""Writing an instance and reading it gives the same instance; the order of rows does not count."""

import random
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guantong.engines.matching import read_rules, rules_as_mapping
from guantong.engines.matching.files.reading import Files, read_files
from guantong.engines.matching.files.table import show_thousandths, thousandths
from guantong.engines.matching.files.writing import (
    candidates_csv,
    cell,
    choices_csv,
    fixed_csv,
    places_csv,
    rules_yaml,
    scores_csv,
    send_backs_csv,
)
from guantong.engines.matching.sealing.tests.inventing import invented_instance
from guantong.engines.matching.tests.strategies import random_instance
from guantong.kernel.refusal import Refusal


def written(instance):
    made = {
        "places": places_csv(instance.places),
        "candidates": candidates_csv(instance),
        "choices": choices_csv(instance),
        "rules": rules_yaml(instance.rules),
        "scores": scores_csv(instance),
        "send_backs": send_backs_csv(instance),
        "fixed": fixed_csv(instance),
    }
    return Files({what: data for what, data in made.items() if data is not None})


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_written_reads_as_the_same_instance(seed):
    instance = invented_instance(seed)
    assert read_files(written(instance)).instance == instance


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**6))
def test_so_does_everything_the_page_allows(seed):
    instance = random_instance(seed)
    try:
        read_rules(rules_as_mapping(instance.rules))
    except Refusal:
        assume(False)
    assert read_files(written(instance)).instance == instance


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_rules_written_read_as_the_same_rules(seed):
    rules = invented_instance(seed, 1).rules
    assert read_rules(rules_as_mapping(rules)) == rules


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_shuffled_rows_of_choices_change_nothing(seed):
    instance = invented_instance(seed, 12)
    files = written(instance)
    header, *rows = files.data["choices"].decode().splitlines(keepends=True)
    random.Random(seed).shuffle(rows)
    shuffled = replace(files, data={**files.data, "choices": (header + "".join(rows)).encode()})
    assert read_files(shuffled).instance == instance


@given(st.integers(-(10**12), 10**12))
def test_numbers_are_written_and_read_exactly(value):
    assert thousandths(show_thousandths(value)) == value


@given(st.text(min_size=1, max_size=20))
def test_only_numbers_of_three_places_are_numbers(text):
    value = thousandths(text)
    if value is not None:
        assert text.strip("+-0123456789.") == ""
        assert text.count(".") <= 1


def test_cells_that_need_quotes_get_them():
    assert [cell(text) for text in ("a", 'a"b', "a,b", " a", "a\nb")] == ["a", '"a""b"', '"a,b"', '" a"', '"a\nb"']
