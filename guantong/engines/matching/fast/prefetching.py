"""How kernels are compiled, and asking the processor for memory it will need soon."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic


kernel = njit(cache=True, nogil=True, _nrt=False)
"""A kernel that allocates nothing: without a runtime, passing a tuple of arrays costs no counting of references, which in the
inner loops was 95 % of the time. Whatever needs scratch memory is handed it."""


inlined = njit(cache=True, nogil=True, _nrt=False, forceinline=True)
"""A small piece of a kernel: never called, always put in place, so that its arrays need not be handed over."""


@intrinsic
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Bring the cache line near that holds item ``index`` of the flat ``array``; an index outside it is harmless."""
    signature = types.void(array, types.int64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        builder.call(function, [address, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return signature, generate
