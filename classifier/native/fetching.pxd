"""Reading tables of weights that stand in no near cache: asked for ahead, four columns of a row at a time."""

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define ask_for(where) __builtin_prefetch(where)
    #else
    #define ask_for(where) ((void)(where))
    #endif
    """
    void ask_for(const void *where) noexcept  # has the processor fetch what will be read soon; reads nothing itself

cdef struct Quad:
    float of[4]  # four neighbouring columns: one check of an index instead of four, and the processor adds them up two by two

cdef enum:
    WIDE = 4


cdef inline Py_ssize_t quad_at(Py_ssize_t number, Py_ssize_t first, Py_ssize_t columns) noexcept:
    """The column at which that quad of those from `first` on begins; the last one begins earlier where it would end beyond its row."""
    return min(first + WIDE * number, columns - WIDE)


cdef inline void add_quad(double *sums, Quad quad, double weight) noexcept:
    """Add a quad times its weight to four sums."""
    cdef int k
    for k in range(WIDE):
        sums[k] += weight * quad.of[k]
