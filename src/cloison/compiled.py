"""Turn a loop into machine code, kept on disk so that only the first use ever pays for the compiling."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(signature: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Compile a function of numbers and NumPy arrays where it is defined: no later call is slow.

    The code is kept beside the source or, where that cannot be written, in the user's own cache folder (numba's
    rule; NUMBA_CACHE_DIR names another). Where nothing can be written, each process compiles it anew.

    Args:
        signature: types as numba writes them, "float64(uint64)".

    Returns:
        A decorator. What it gives is the same function; it lets other threads run meanwhile, and divides by zero as
        NumPy does. All that it calls must lie in the same file: numba looks at the date of that file alone to know
        whether the kept code is still good.
    """

    def compile_(function: Callable[P, R]) -> Callable[P, R]:
        try:
            quick = njit(signature, cache=True, nogil=True, error_model="numpy")(function)
        except RuntimeError:  # numba found no folder that it can write
            quick = njit(signature, nogil=True, error_model="numpy")(function)
        return cast("Callable[P, R]", quick)

    return compile_
