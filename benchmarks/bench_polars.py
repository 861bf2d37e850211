"""SPEC.md in Polars, one thread (``POLARS_MAX_THREADS=1`` is set before it is imported)."""

from __future__ import annotations

import argparse
import os
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import measure
import polars as pl
from gen import COUNTED, DEDUCTED, RURAL_ANNUAL_FEN, URBAN_ANNUAL_FEN, Roll, load


def build(roll: Roll) -> tuple[Any, Any]:
    """Wrap the columns the rules read."""
    household = {name: roll.household[name] for name in ("household_id", "urban", "vehicles", "houses", "deposits")}
    member = {name: roll.member[name] for name in ("household_id", "age", "grade", *COUNTED, *DEDUCTED)}
    in_order = pl.col("household_id").set_sorted()
    return pl.DataFrame(household).with_columns(in_order), pl.DataFrame(member).with_columns(in_order)


def compute(state: tuple[Any, Any]) -> dict[str, Any]:
    """Return the six outputs.

    Collected in two steps: in Polars 2.1.0 one lazy plan of the ordered left join and the last select came back
    with its rows in another order.
    """
    household, member = state
    decided = _decided(household, _summed(member)).collect()
    granted = decided.select("household_id", "eligible")
    joined = member.select("household_id", "grade").join(granted, on="household_id", how="left", maintain_order="left")
    each = joined.select(
        care=pl.when(pl.col("grade").is_in([1, 2])).then(5500).otherwise(0),
        living=pl.when((pl.col("grade") > 0) & pl.col("eligible")).then(5500).otherwise(0),
    )
    one = {name: decided[name].to_numpy() for name in ("counted", "eligible", "benefit", "review")}
    return one | {name: each[name].to_numpy() for name in ("care", "living")}


def _summed(member: Any) -> Any:
    net = sum((pl.col(kind).cast(pl.Int64) for kind in COUNTED), pl.lit(0, pl.Int64))
    for kind in DEDUCTED:
        net = net - pl.col(kind)
    weak = (pl.col("age") >= 70) | (pl.col("age") < 16) | pl.col("grade").is_in([1, 2])
    worked = pl.col("wage").cast(pl.Int64) + pl.col("migrant_work")
    each = member.lazy().select("household_id", net=net, worked=worked, weak=weak)
    return each.group_by("household_id").agg(
        size=pl.len().cast(pl.Int64),
        counted=pl.col("net").sum(),
        worked=pl.col("worked").sum(),
        weak=pl.col("weak").sum().cast(pl.Int64),
    )


def _decided(household: Any, summed: Any) -> Any:
    c = pl.col
    annual = pl.when("urban").then(pl.lit(URBAN_ANNUAL_FEN, pl.Int64)).otherwise(pl.lit(RURAL_ANNUAL_FEN, pl.Int64))
    rounded = (5 * (c("line") - c("counted")) + c("standard") * c("weak") + 30) // 60
    means = (c("vehicles") == 0) & (c("houses") <= 1) & (c("deposits") <= 2 * c("line"))
    return (
        household.lazy()
        .join(summed, on="household_id", how="left", maintain_order="left")
        .with_columns(standard=annual)
        .with_columns(line=c("standard") * c("size"))
        .with_columns(eligible=(c("counted") < c("line")) & means)
        .select(
            "household_id", "counted", "eligible",
            benefit=pl.when("eligible").then(pl.max_horizontal(rounded, 1000)).otherwise(0),
            review=pl.when(c("worked") == 0).then(12).otherwise(6),
        )
    )  # fmt: skip


def main() -> None:
    """Time the plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int)
    roll = load(parser.parse_args().households)
    timing = measure.repeat(lambda: build(roll), compute, runs=5)
    measure.report("polars", roll, timing, version=pl.__version__)


if __name__ == "__main__":
    main()
