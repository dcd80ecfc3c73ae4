"""Through the public calls, from identifiers to every reason, beside a public package of deferred acceptance.

The package is ``matching`` 1.4.3 (MIT), installed into a folder that is thrown away. It copies what it is given
recursively and cannot take 100,000 candidates at all; it is measured at the largest size it manages in about a
minute, with the recursion limit and the stack raised, and every one of its results is compared with ours. Our run of
100,000 has to be 100 times faster than that smaller run already.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.figures import Figure, at_least, at_most
from bench.matching.instances import KEY_NAMES, ORDER, Market, make_market
from bench.matching.timing import cpu, size_given, tell
from guantong.engines.matching import Place, allocate, build_instance
from guantong.engines.matching.model import NONE, OrderKey, Outcome, Rules

CANDIDATES = 100_000
THEIRS = 16_000
PACKAGE = "matching==1.4.3"

_THEIR_RUN = """
import json, resource, sys, threading, time
from matching.games import HospitalResident
with open(sys.argv[1]) as file:
    given = json.load(file)
def work():
    begun = time.process_time()
    game = HospitalResident.create_from_dictionaries(given["residents"], given["hospitals"], given["capacities"])
    solved = game.solve()
    spent = time.process_time() - begun
    found = {str(resident): str(hospital) for hospital, residents in solved.items() for resident in residents}
    with open(sys.argv[2], "w") as file:
        json.dump({"seconds": spent, "found": found}, file)
sys.setrecursionlimit(10**8)
threading.stack_size(2**31 - 4096)
worker = threading.Thread(target=work)
worker.start()
worker.join()
"""


def identifiers(market: Market) -> dict[str, Any]:
    """The market as a user would hold it: names, numbers, lists of names."""
    places = [Place(f"p{number:06d}", seats=seats) for number, seats in enumerate(market.seats.tolist())]
    names = [place.id for place in places]
    candidates = [f"{number:010d}" for number in range(market.n)]
    flat, offsets = [names[choice] for choice in market.choices.tolist()], market.offsets.tolist()
    columns = {name: (key // 1000).tolist() for name, key in zip(KEY_NAMES, market.keys, strict=True)}
    columns["number"] = market.number.tolist()
    choices = {name: flat[offsets[c] : offsets[c + 1]] for c, name in enumerate(candidates)}
    rules = Rules("parallel", "place", (*ORDER, OrderKey("number", descending=False)), "admit_all")
    return {"places": places, "candidates": candidates, "columns": columns, "choices": choices, "rules": rules}


def ours(given: dict[str, Any]) -> Outcome:
    """From identifiers to result, reasons and cut-offs."""
    return allocate(build_instance(**given))


def theirs(given: dict[str, Any]) -> tuple[float, dict[str, str]]:
    """Seconds of CPU and results of the package on the same market."""
    best_first = sorted(
        range(len(given["candidates"])),
        key=lambda c: (*(-given["columns"][name][c] for name in KEY_NAMES), given["columns"]["number"][c]),
    )
    hospitals: dict[str, list[str]] = {place.id: [] for place in given["places"]}
    for c in best_first:
        name = given["candidates"][c]
        for place in given["choices"][name]:
            hospitals[place].append(name)
    asked = {name for name, wanting in hospitals.items() if wanting}
    task = {
        "residents": given["choices"],
        "hospitals": {name: wanting for name, wanting in hospitals.items() if wanting},
        "capacities": {place.id: place.seats for place in given["places"] if place.id in asked},
    }
    with tempfile.TemporaryDirectory() as folder:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, PACKAGE]
        subprocess.run(install, check=True, capture_output=True)
        task_file, answer_file = Path(folder) / "task.json", Path(folder) / "answer.json"
        task_file.write_text(json.dumps(task))
        code = f"import sys; sys.path.insert(0, {folder!r})\n{_THEIR_RUN}"
        subprocess.run([sys.executable, "-c", code, str(task_file), str(answer_file)], check=True)
        answer = json.loads(answer_file.read_text())
    return answer["seconds"], answer["found"]


def figures(size: int = THEIRS) -> list[Figure]:
    """Both sizes against the package's one."""
    small, large = identifiers(make_market(size)), identifiers(make_market(CANDIDATES))
    ours(small)
    mine_small, mine_large = cpu(lambda: ours(small), 3) / 1000, cpu(lambda: ours(large), 3) / 1000
    outcome = ours(small)
    begun = time.monotonic()
    spent, found = theirs(small)
    waited = time.monotonic() - begun
    names, places = small["candidates"], small["places"]
    same = {names[c]: places[p].id for c, p in enumerate(outcome.place) if p != NONE}
    if same != found:
        raise AssertionError("the package and the engine disagree; a measurement of different work means nothing")
    note = f"theirs {spent:.1f} s at {size:,} ({waited:.0f} s waited), same result for everybody"
    return [
        at_least(
            f"public calls, {size:,} candidates : matching 1.4.3",
            spent / mine_small,
            "times faster",
            100,
            f"ours {mine_small * 1000:.0f} ms; {note}",
        ),
        at_least(
            f"public calls, 100,000 candidates : matching 1.4.3 at {size:,} only",
            spent / mine_large,
            "times faster",
            100,
            f"ours {mine_large * 1000:.0f} ms with every reason and cut-off; it cannot run 100,000",
        ),
        at_most(
            "public calls, 100,000 candidates from identifiers to reasons",
            mine_large,
            "s",
            0.76,
            "a hundredth of the package's 76 s for 10,000 in the reference",
        ),
    ]


if __name__ == "__main__":
    sys.exit(tell(figures(size_given(THEIRS))))
