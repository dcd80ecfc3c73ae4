"""A national run: provinces are independent, so each is allocated by itself, on as many processes or machines as
there are.

Nothing of one province enters another: places, candidates, rules and lottery are its own. What
comes back is what ``allocate`` returns for each, whatever worker made it and in whatever
order. Runs on Dask (the optional extra ``national``); without it, one after another in this
process. The 全国 service for vocational enrolment that 职业教育法第三十七条 asks provinces for stays
theirs: this only lays their runs side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from guantong.engines.matching.fast import allocate
from guantong.engines.matching.model import Instance, Outcome

Source = Instance | Callable[[], Instance]
"""A province's instance, or what makes it where it is run (reads the province's own files, say)."""


def allocate_provinces(provinces: Mapping[str, Source], *, workers: int = 0, client: Any = None) -> dict[str, Outcome]:
    """The outcome of every province, in the order given.

    ``workers`` 0 runs here, one province after another; otherwise that many processes of this machine. ``client``: a
    ``distributed.Client`` of a cluster that is there already. Raises what ``allocate`` raises for a province, and
    ``ModuleNotFoundError`` when workers are asked for without the extra ``national``.
    """
    if client is None and workers == 0:
        return {name: _run(source) for name, source in provinces.items()}
    if client is not None:
        return _spread(provinces, client)
    with local_workers(workers) as own:
        return _spread(provinces, own)


@contextmanager
def local_workers(workers: int) -> Iterator[Any]:
    """A ``distributed.Client`` with so many single-threaded processes on this machine, ended afterwards."""
    import distributed

    made: Any = distributed

    with (
        made.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        made.Client(cluster) as client,
    ):
        yield client


def _run(source: Source) -> Outcome:
    return allocate(source if isinstance(source, Instance) else source())


def _spread(provinces: Mapping[str, Source], client: Any) -> dict[str, Outcome]:
    """Largest first where sizes are known, so that no worker is left with a large one at the end."""

    def size(name: str) -> int:
        source = provinces[name]
        return -len(source.choice_units) if isinstance(source, Instance) else 0

    sent = {}
    for name in sorted(provinces, key=size):
        source = provinces[name]
        given = client.scatter(source, hash=False) if isinstance(source, Instance) else source
        sent[name] = client.submit(_run, given, pure=False)
    return {name: sent[name].result() for name in provinces}
