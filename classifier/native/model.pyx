"""Twins of `model.py`: a number between two knots."""


def between(double value, const double[::1] xs, const double[::1] ys):
    """The value of a line through points whose `xs` rise, level before the first and behind the last; `ys` are as many."""
    cdef Py_ssize_t low = 0, high = xs.shape[0] - 1, middle
    if value != value:
        return value
    if value < xs[0]:
        return ys[0]
    if value >= xs[high]:
        return ys[high]
    while high - low > 1:
        middle = (low + high) // 2
        if value >= xs[middle]:
            low = middle
        else:
            high = middle
    if xs[low] == value:
        return ys[low]
    return (ys[high] - ys[low]) / (xs[high] - xs[low]) * (value - xs[low]) + ys[low]
