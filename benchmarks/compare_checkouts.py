"""Did a change move anything? Two checkouts, in turn, each time in a fresh process.

python benchmarks/compare_checkouts.py ../before/src src
python benchmarks/compare_checkouts.py ../before/src src --only W3,hard --rounds 9

The quick cases run alternately from both folders. A case moved when the median of the paired ratio
is off 1 by more than the noise: by 5 % at least, and with all but one round in eight on one side.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from measure import fresh

NOTICEABLE = 1.05
AGREEING = 7 / 8


def main() -> None:
    options = _options()
    found: dict[str, list[dict[str, float]]] = {"before": [], "after": []}
    for i in range(options.rounds):
        for name in ("before", "after") if i % 2 == 0 else ("after", "before"):
            folder = getattr(options, name)
            times = fresh("our_times", path=folder, quick=True, only=options.only, rounds=3)
            found[name].append(times)
        print(f"round {i + 1} of {options.rounds}", flush=True)
    print(f"\n{'case':44s}{'before':>10s}{'after':>10s}{'ratio':>8s}  verdict")
    for case in found["before"][0]:
        before, after = (
            np.array([times[case] for times in found[name]]) for name in ("before", "after")
        )
        ratio = float(np.median(before / after))
        print(
            f"{case:44s}{1e3 * np.median(before):7.1f} ms{1e3 * np.median(after):7.1f} ms"
            f"{ratio:7.2f}x  {verdict(before, after)}"
        )


def verdict(before: np.ndarray, after: np.ndarray) -> str:
    """Say "faster" or "slower" where the seconds of each round moved beyond noise."""
    ratio = before / after
    middle = float(np.median(ratio))
    for word, speed, gains in (("faster", middle, ratio > 1), ("slower", 1 / middle, ratio < 1)):
        if speed >= NOTICEABLE and gains.mean() >= AGREEING:
            return word
    return ""


def _options() -> Any:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", help="src folder of one checkout")
    parser.add_argument("after", help="src folder of the other")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
