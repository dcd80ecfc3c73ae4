"""The ledger as arithmetic: chains, balances, reversals, by property."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from guantong.domains.credit.kinds import REVERSE
from guantong.domains.credit.rules.ledger import GENESIS, EntryFacts, Standing, Transfer, chain, check_chain, plain_text


def lawful_transfers(choices: list[tuple[int, int, int]]) -> list[Transfer]:
    """Turn random choices into transfers the bank could have posted: each only when its bucket holds enough."""
    standing: dict[int, Standing] = {}
    made: list[Transfer] = []
    kinds = ("deposit", "recognise", "refuse", "reserve", "release", "convert", "lose_surplus", "expire", REVERSE)
    for which, achievement, amount in choices:
        own = standing.setdefault(achievement, Standing())
        kind = kinds[which % len(kinds)]
        if kind == REVERSE:
            done = {t.reverses for t in made}
            open_entries = [
                (n, t)
                for n, t in enumerate(made, 1)
                if t.kind != REVERSE and n not in done and t.achievement == achievement
            ]
            if not open_entries:
                continue
            number, original = open_entries[amount % len(open_entries)]
            debit, credit = original.buckets()
            transfer = Transfer(
                achievement, REVERSE, original.hundredths, "", "更正", number, debit=credit, credit=debit
            )
        else:
            transfer = Transfer(achievement, kind, amount)
        if own.apply(*transfer.buckets(), transfer.hundredths) is None:
            made.append(transfer)
    return made


CHOICES = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 3), st.integers(0, 900)), max_size=60)


@given(CHOICES)
def test_a_lawful_history_is_clean_and_never_below_zero(choices: list[tuple[int, int, int]]) -> None:
    entries = chain(7, b"", 0, lawful_transfers(choices), 1_700_000_000_000_000)
    standing, head, count, faults = check_chain(7, entries)
    assert faults == []
    assert count == len(entries)
    assert head == (entries[-1].digest if entries else GENESIS)
    assert min(standing.held.values()) >= 0
    brought_in = sum(e.hundredths for e in entries if e.debit == "issuer")
    sent_back = sum(e.hundredths for e in entries if e.credit == "issuer")
    assert sum(standing.held.values()) == brought_in - sent_back


@given(CHOICES, st.integers(0, 10_000), st.sampled_from(["hundredths", "achievement", "kind", "ref", "recorded_us"]))
def test_any_altered_entry_breaks_the_chain(choices: list[tuple[int, int, int]], where: int, column: str) -> None:
    entries = chain(7, b"", 0, lawful_transfers(choices), 1_700_000_000_000_000)
    if not entries:
        return
    place = where % len(entries)
    changes = {
        "hundredths": entries[place].hundredths + 1,
        "achievement": entries[place].achievement + 1,
        "kind": "expire" if entries[place].kind != "expire" else "deposit",
        "ref": entries[place].ref + "x",
        "recorded_us": entries[place].recorded_us + 1,
    }
    altered: list[EntryFacts] = list(entries)
    altered[place] = dataclasses.replace(entries[place], **{column: changes[column]})  # type: ignore[arg-type]
    _, _, _, faults = check_chain(7, altered)
    assert any(f.code == "CRD-902" for f in faults)


@given(CHOICES, st.integers(0, 10_000))
def test_a_removed_entry_in_the_middle_is_noticed(choices: list[tuple[int, int, int]], where: int) -> None:
    entries = chain(7, b"", 0, lawful_transfers(choices), 1)
    if len(entries) < 2:
        return
    del entries[where % (len(entries) - 1)]
    assert check_chain(7, entries)[3]


def test_a_chain_continues_from_the_stored_head() -> None:
    first = chain(7, b"", 0, [Transfer(1, "deposit", 500)], 5)
    second = chain(7, first[-1].digest, 1, [Transfer(1, "recognise", 500)], 6)
    assert check_chain(7, [*first, *second])[3] == []


def test_a_reversal_must_mirror_the_entry_it_names() -> None:
    entries = chain(
        7,
        b"",
        0,
        [
            Transfer(1, "deposit", 500),
            Transfer(1, REVERSE, 400, reverses=1, debit="deposited", credit="issuer"),
        ],
        5,
    )
    assert [f.code for f in check_chain(7, entries)[3]] == ["CRD-903"]


def test_text_in_a_line_cannot_forge_a_column() -> None:
    assert plain_text("甲|乙\n丙  丁", 10) == "甲｜乙 丙 丁"
