"""Room for arrays side by side: each in its own place, aligned, and no more than there is."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk.tables import LINE, PAGE, Room


def test_arrays_stand_side_by_side():
    """Arrays of any shape and type begin at a line of the cache, the first at a large page, and none reaches into another."""
    room = Room(10_000, 5)
    shapes = [((7, 9), np.float32), ((3,), np.uint8), ((), np.float64), ((0, 4), np.int32), ((5, 2), np.uint16)]
    arrays = [room.empty(shape, dtype) for shape, dtype in shapes]
    for number, array in enumerate(arrays):
        array[...] = number
    assert [(array.shape, array.dtype) for array in arrays] == [(shape, np.dtype(dtype)) for shape, dtype in shapes]
    assert all((array == number).all() for number, array in enumerate(arrays))
    assert all(array.ctypes.data % LINE == 0 and array.flags.c_contiguous for array in arrays if array.size)
    assert arrays[0].ctypes.data % PAGE == 0


def test_an_array_without_room_is_an_error():
    """What does not fit is refused; the room is not written beyond."""
    room = Room(0, 1)
    with pytest.raises(ValueError, match="reshape"):
        room.empty((1 << 20, 16), np.float32)
