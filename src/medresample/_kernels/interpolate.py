"""New rows on the segment between two rows, written straight into the output."""

import numpy as np

from ._jit import kernel


@kernel
def interpolate(table, seed, partner, step, out):
    # out: [ new rows ... ]   row i = seed + step * (partner - seed)
    #
    # Where the seed's cell is missing (NaN) so is the new one; where only the partner's is
    # missing, the new cell takes the seed's value.
    for i in range(seed.shape[0]):
        here = seed[i]
        there = partner[i]
        share = np.float64(step[i])
        for j in range(table.shape[1]):
            start = np.float64(table[here, j])
            end = np.float64(table[there, j])
            if end != end:
                out[i, j] = start
            else:
                value = start + share * (end - start)
                if np.isinf(value):  # the difference of two huge numbers
                    value = (1 - share) * start + share * end
                out[i, j] = value
