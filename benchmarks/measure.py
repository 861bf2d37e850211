"""How every program here is timed, checked and reported: fresh state, warm-up dropped, one JSON line a result."""

from __future__ import annotations

import gc
import hashlib
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import gen
import numpy as np

OUTPUTS = ("counted", "eligible", "benefit", "review", "care", "living")
RUNS = 7
TOTALS = ("benefit", "living", "eligible")
URBAN_NOW, URBAN_THEN = 516_000, 540_000
"""Fen a person and year: 430 and 450 yuan a month."""

State = TypeVar("State")
Case = TypeVar("Case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Median, least and greatest of several runs, in the unit they were taken in."""

    median: float
    least: float
    greatest: float
    runs: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Summarise ``values``."""
        return cls(median=statistics.median(values), least=min(values), greatest=max(values), runs=len(values))

    def record(self) -> dict[str, float]:
        """Return the JSON form."""
        return {"median": self.median, "min": self.least, "max": self.greatest, "runs": self.runs}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds for ``load`` (arrays to the engine's own objects) and ``compute`` (from there to the six arrays)."""

    load: Spread
    compute: Spread
    total: Spread
    outputs: Mapping[str, Any]


def repeat(load: Callable[[], State], compute: Callable[[State], Mapping[str, Any]], *, runs: int = RUNS) -> Timing:
    """Run ``compute(load())`` once unmeasured and ``runs`` times measured."""
    loads, computes = [], []
    outputs: Mapping[str, Any] = {}
    for turn in range(runs + 1):
        outputs = {}  # let go of the last result first, or its memory is counted and its pages are reused
        gc.collect()
        begin = time.perf_counter()
        state = load()
        loaded = time.perf_counter()
        outputs = compute(state)
        done = time.perf_counter()
        del state
        if turn:
            loads.append(loaded - begin)
            computes.append(done - loaded)
    total = [a + b for a, b in zip(loads, computes, strict=True)]
    return Timing(load=Spread.of(loads), compute=Spread.of(computes), total=Spread.of(total), outputs=outputs)


def digest(outputs: Mapping[str, Any]) -> str:
    """Return SHA-256 over the six outputs as int64, in the order of ``OUTPUTS``."""
    state = hashlib.sha256()
    for name in OUTPUTS:
        state.update(np.ascontiguousarray(np.asarray(outputs[name]).astype(np.int64)).data)
    return state.hexdigest()


def keep_answers(households: int, outputs: Mapping[str, Any]) -> None:
    """Keep the checked outputs of a roll for the programs that follow."""
    answers: dict[str, Any] = {name: np.asarray(outputs[name]) for name in OUTPUTS}
    np.savez(gen.folder(households) / "answers.npz", **answers)


def differences(households: int, outputs: Mapping[str, Any]) -> dict[str, int]:
    """Return, for each output that is not the kept answer, how many elements differ (-1: another length)."""
    wrong = {}
    with np.load(gen.folder(households) / "answers.npz") as answers:
        for name in OUTPUTS:
            want, got = answers[name], np.asarray(outputs[name])
            if want.shape != got.shape:
                wrong[name] = -1
            elif not np.array_equal(got, want):
                wrong[name] = int(np.count_nonzero(got != want))
        same_digest = digest(answers) == digest(outputs)
    return wrong if wrong or same_digest else {"digest": 1}


def report(engine: str, roll: gen.Roll, timing: Timing, **more: Any) -> None:
    """Check the outputs element by element and print the record of a batch."""
    wrong = differences(roll.households, timing.outputs)
    emit(
        kind="batch",
        engine=engine,
        households=roll.households,
        members=roll.members,
        load_s=timing.load.record(),
        compute_s=timing.compute.record(),
        total_s=timing.total.record(),
        peak_mib=round(peak_mib()),
        agrees=not wrong,
        wrong=wrong,
        **more,
    )


def whatif(
    engine: str,
    roll: gen.Roll,
    compare: Callable[[], Mapping[str, Mapping[str, int]]],
    want: Mapping[str, Mapping[str, int]],
    *,
    runs: int = RUNS,
    **more: Any,
) -> None:
    """Time a comparison of two standards (once unmeasured), hold its totals against the reference's, print both."""
    seconds = []
    found: Mapping[str, Mapping[str, int]] = {}
    for turn in range(runs + 1):
        gc.collect()
        begin = time.perf_counter()
        found = compare()
        if turn:
            seconds.append(time.perf_counter() - begin)
    emit(
        kind="whatif", engine=engine, households=roll.households, members=roll.members,
        total_s=Spread.of(seconds).record(), peak_mib=round(peak_mib()), agrees=found == want,
        wrong="" if found == want else json.dumps({"found": found, "want": want}), **more,
    )  # fmt: skip


def single(
    engine: str,
    decide: Callable[[Case], Any],
    cases: Sequence[Case],
    want: Sequence[Any],
    *,
    runs: int = RUNS,
    **more: Any,
) -> None:
    """Check ``decide`` on every case (that is the warm-up), then print microseconds a case over ``runs`` passes."""
    wrong = sum(decide(case) != answer for case, answer in zip(cases, want, strict=True))
    passes = [_pass(decide, cases) for _ in range(runs)]
    emit(
        kind="single",
        engine=engine,
        cases=len(cases),
        us_per_case=Spread.of(passes).record(),
        agrees=wrong == 0,
        wrong=wrong,
        **more,
    )


def _pass(decide: Callable[[Case], Any], cases: Sequence[Case]) -> float:
    gc.collect()
    begin = time.perf_counter()
    for case in cases:
        decide(case)
    return (time.perf_counter() - begin) / len(cases) * 1e6


def peak_mib() -> float:
    """Return the most memory this process ever had resident (Linux; 0 elsewhere)."""
    try:
        with Path("/proc/self/status").open(encoding="ascii") as status:
            line = next(one for one in status if one.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0.0
    return int(line.split()[1]) / 1024


def emit(**record: Any) -> None:
    """Print one record for ``run.py`` to collect."""
    print(json.dumps(record, ensure_ascii=False), flush=True)
