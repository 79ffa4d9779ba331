"""How is noise remembered? As stream keys and row positions, so that any row can be made again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

# Rows per stream of noise: row i draws from stream i // NOISE_CHUNK, so rows can be made singly.
NOISE_CHUNK = 4_096


@dataclass(frozen=True, eq=False)
class Noise:
    """Normal noise that can be made again for any one row: stream keys and row positions.

    ``band`` says which class a new row belongs to; each band has a stream ``key``, a ``width`` per
    column (standard deviation of the noise, in the column's unit) and limits ``low`` and ``high``.
    """

    position: np.ndarray
    band: np.ndarray
    key: np.ndarray
    width: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def take(self, which: Any) -> Noise:
        """Noise of some of the rows."""
        return replace(self, position=self.position[which], band=self.band[which])

    def pieces(self) -> list[tuple[int, int, np.ndarray]]:
        """Cut the new rows into (band, stream, rows) pieces that draw from one stream each."""
        chunks = self.position // NOISE_CHUNK
        pairs = np.unique(np.column_stack([self.band, chunks]), axis=0)
        return [
            (int(band), int(chunk), np.flatnonzero((self.band == band) & (chunks == chunk)))
            for band, chunk in pairs
        ]

    def add_to(self, values: np.ndarray, column: int, pieces: Any) -> np.ndarray:
        """Give the values of one column with noise added, clipped to the limits."""
        out = np.array(values, dtype=np.float64)
        for band, chunk, here in pieces:
            width = self.width[band, column]
            if not width > 0:
                continue
            stream = np.random.Philox(key=self.key[band], counter=[0, 0, chunk, column])
            draws = np.random.Generator(stream).standard_normal(NOISE_CHUNK)
            moved = out[here] + width * draws[self.position[here] % NOISE_CHUNK]
            out[here] = np.clip(moved, self.low[band, column], self.high[band, column])
        return out
