"""What the arguments of a problem must be, each refused by name."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

T = TypeVar("T", bound=np.generic)


def whole(
    name: str, value: ArrayLike | None, shape: tuple[int | None, ...]
) -> NDArray[np.int64]:
    """Check that `value` holds int64 integers of this shape (None: any length)."""
    if value is None:
        return frozen(np.zeros([length or 0 for length in shape], dtype=np.int64))
    array = np.asarray(value)
    if array.ndim != len(shape) or any(
        want not in (None, got) for want, got in zip(shape, array.shape, strict=True)
    ):
        wanted = tuple("any" if length is None else length for length in shape)
        raise ValueError(f"{name} must have shape {wanted}; got {array.shape}".replace("'", ""))
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must hold integers that fit 64 bits; got {array.dtype}")
    if array.dtype == np.uint64 and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name} must hold integers that fit 64 bits")
    own = np.array(array, dtype=np.int64)
    if own.size and own.min() == np.iinfo(np.int64).min:
        raise ValueError(f"{name} must hold integers that fit 63 bits and a sign")
    own.flags.writeable = False
    return own


def flags(name: str, value: ArrayLike | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Check that `value` holds booleans of this shape; None is all False."""
    array = np.zeros(shape, dtype=bool) if value is None else np.asarray(value)
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}; got {array.shape}")
    if array.size and array.dtype != np.bool_:
        raise ValueError(f"{name} must hold booleans; got {array.dtype}")
    return frozen(array.astype(np.bool_))


def retention(value: int | None) -> int | None:
    """Check that the rate of keeping a case in-house is an integer or None."""
    if value is None:
        return None
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"retain must be an integer or None; got {value!r}")
    return int(value)


def names(value: Sequence[str] | None, n_agencies: int) -> tuple[str, ...] | None:
    """Check that there is one label per agency."""
    if value is None:
        return None
    if isinstance(value, str) or len(value) != n_agencies:
        raise ValueError(f"labels must name each of the {n_agencies} agencies")
    return tuple(str(label) for label in value)


def frozen(array: NDArray[T]) -> NDArray[T]:
    """A read-only copy."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def count(name: str, value: int, most: int) -> int:
    """Check that `value` is an integer from 0 to `most`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"{name} must be an integer; got {value!r}")
    if not 0 <= value <= most:
        raise ValueError(f"{name} must lie between 0 and {most}; got {value}")
    return int(value)
