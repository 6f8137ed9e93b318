"""Twins of `trees.py`: every row walks every tree, a node at a time."""

from libc.stdint cimport uint32_t

import numpy as np

cdef enum:
    DEPTH = 4
    NODES = 15
    LEAVES = 16

cdef struct Tree:  # as trees.TREE: one check of an index for all of it, and node numbers of DEPTH steps stay inside
    uint32_t[NODES] column
    float[NODES] limit
    float[LEAVES] leaf


def scores(const float[:, ::1] table, const Tree[::1] trees, const float[::1] base):
    """Raw scores: table (rows, columns), trees (trees,) of dtype TREE, base (classes,) -> (rows, classes)."""
    cdef size_t classes = base.shape[0], rows = table.shape[0], many = trees.shape[0], row, number, node, level, speaks_for = 0
    out_array = np.zeros((table.shape[0], classes), dtype=np.float32)
    cdef float[:, ::1] out = out_array
    # Tree by tree: it stays in the nearest cache, and no row waits for another.
    for number in range(many):
        for row in range(rows):
            node = 0
            for level in range(DEPTH):
                # No branch: which way a row goes cannot be foretold, and a wrong guess costs more than the whole step.
                node = 2 * node + 1 + (table[row, trees[number].column[node]] > trees[number].limit[node])
            out[row, speaks_for] += trees[number].leaf[node - NODES]
        speaks_for += 1
        if speaks_for == classes:
            speaks_for = 0
    for row in range(rows):
        for speaks_for in range(classes):
            out[row, speaks_for] += base[speaks_for]
    return out_array
