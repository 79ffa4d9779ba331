"""New rows between a seed and a partner, cell by cell."""

import math

import numpy as np


def naive_interpolate(table, seed, partner, step):
    out = np.empty((len(seed), table.shape[1]), table.dtype)
    for i in range(len(seed)):
        for j in range(table.shape[1]):
            start, end = float(table[seed[i], j]), float(table[partner[i], j])
            if math.isnan(start):
                out[i, j] = math.nan
            elif math.isnan(end):
                out[i, j] = start
            else:
                out[i, j] = start + float(step[i]) * (end - start)
    return out
