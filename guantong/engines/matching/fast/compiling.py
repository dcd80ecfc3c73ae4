"""How kernels are compiled, and asking the processor for memory it will need soon."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

_njit: Any = njit
_insert: Any = cgutils.get_or_insert_function
Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """A kernel that allocates nothing: without a runtime, passing a tuple of arrays costs no counting of references,
    which in the inner loops was 95 % of the time. Whatever needs scratch memory is handed it.
    """
    return cast(Function, _njit(function, cache=True, nogil=True, _nrt=False))


def inlined(function: Function) -> Function:
    """A small piece of a kernel: never called, always put in place, so that its arrays need not be handed over."""
    return cast(Function, _njit(function, cache=True, nogil=True, _nrt=False, forceinline=True))


def allocating(function: Function) -> Function:
    """A kernel that makes arrays of its own."""
    return cast(Function, _njit(function, cache=True, nogil=True))


def forget_unreadable(of: Callable[..., Any]) -> list[str]:
    """Remove kept kernels that cannot be read any more from where those of the kernel ``of`` lie; returns their names.

    A kept kernel names the types of its arguments by module. After an update that moved a type, reading it fails before
    numba sees that the source has changed, and the run would fail with it; without the file it is compiled again.
    """
    gone = []
    for path in sorted(Path(cast(Any, of).stats.cache_path).glob("*.nbi")):
        try:
            with path.open("rb") as file:
                pickle.load(file)  # noqa: S301 - numba reads the same files the same way; first its version
                pickle.loads(file.read())  # noqa: S301 - then the stamp of the source and what is kept
        except FileNotFoundError:
            continue  # another process was first
        except Exception:  # whatever a moved, renamed or half-written name raises
            path.unlink(missing_ok=True)
            gone.append(path.name)
    return gone


def piece(function: Callable[..., Any]) -> Callable[..., Any]:
    """A few instructions of the processor's own, to be used inside kernels."""
    return cast(Callable[..., Any], intrinsic(function))


@piece
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Bring the cache line near that holds item ``index`` of the flat ``array``; an index outside it is harmless."""
    signature = types.void(array, types.int64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        function = _insert(builder.module, kind, "llvm.prefetch.p0")
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        builder.call(function, [address, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return signature, generate
