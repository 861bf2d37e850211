"""SPEC.md in SQL on DuckDB, one thread; loading copies the arrays into its tables."""

from __future__ import annotations

import argparse
from typing import Any

import duckdb
import measure
import numpy as np
import pyarrow as pa
from gen import COUNTED, DEDUCTED, Roll, load

_NET = " + ".join(f"{kind}::bigint" for kind in COUNTED) + " - " + " - ".join(DEDUCTED)
_HOUSEHOLD = f"""
create or replace temp table decided as
with summed as (
  select household_id, count(*) as size, sum({_NET})::bigint as counted,
         sum(wage::bigint + migrant_work)::bigint as worked,
         count(*) filter (age >= 70 or age < 16 or grade in (1, 2)) as weak
  from member group by household_id),
joined as (
  select *, case when urban then 516000 else 320000 end::bigint as standard
  from household join summed using (household_id)),
tested as (
  select *, counted < standard * size and vehicles = 0 and houses <= 1 and deposits <= 2 * standard * size as eligible
  from joined)
select household_id, counted, eligible,
       case when eligible then greatest((5 * (standard * size - counted) + standard * weak + 30) // 60, 1000) else 0 end
         as benefit,
       case when worked = 0 then 12 else 6 end::tinyint as review
from tested"""
_MEMBER = """
select case when grade in (1, 2) then 5500 else 0 end::int as care,
       case when grade > 0 and eligible then 5500 else 0 end::int as living
from member join decided using (household_id) order by member.row_id"""


def build(roll: Roll) -> Any:
    """Copy the columns the rules read into two tables."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    household = {name: roll.household[name] for name in ("household_id", "urban", "vehicles", "houses", "deposits")}
    member = {name: roll.member[name] for name in ("household_id", "age", "grade", *COUNTED, *DEDUCTED)}
    member["row_id"] = np.arange(roll.members)
    for name, columns in (("household", household), ("member", member)):
        connection.register(f"{name}_arrays", pa.table(columns))
        connection.execute(f"create table {name} as from {name}_arrays")
    return connection


def compute(connection: Any) -> dict[str, Any]:
    """Return the six outputs."""
    connection.execute(_HOUSEHOLD)
    asked = "select counted, eligible, benefit, review from decided order by household_id"
    return dict(connection.execute(asked).fetchnumpy()) | dict(connection.execute(_MEMBER).fetchnumpy())


def main() -> None:
    """Time the SQL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int)
    roll = load(parser.parse_args().households)
    timing = measure.repeat(lambda: build(roll), compute, runs=5)
    measure.report("duckdb", roll, timing, version=duckdb.__version__)


if __name__ == "__main__":
    main()
