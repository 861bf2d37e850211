"""The floor: every byte the rules need, read once and combined, with nothing decided."""

from __future__ import annotations

import argparse

import measure
import numpy as np
from gen import COUNTED, DEDUCTED, load


def main() -> None:
    """Time the reading."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int)
    roll = load(parser.parse_args().households)
    columns = [roll.member[name] for name in (*COUNTED, *DEDUCTED, "age", "grade")]
    columns += [roll.household[name] for name in ("urban", "vehicles", "houses", "deposits")]
    # Whole 8-byte words: the cost of fetching, not of widening.
    words = [one.view(np.uint8)[: one.nbytes // 8 * 8].view(np.int64) for one in (*columns, roll.offsets)]
    size = sum(one.nbytes for one in words)

    def read() -> dict[str, int]:
        return {str(at): int(np.bitwise_xor.reduce(one)) for at, one in enumerate(words)}

    timing = measure.repeat(lambda: None, lambda _: read())
    measure.emit(
        kind="floor", engine="floor", households=roll.households, members=roll.members,
        bytes=size, total_s=timing.total.record(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
