"""OpenFisca-Core (and policyengine-core) on SPEC.md.

``python bench_openfisca.py openfisca_core documented 100000``: the population built as its documentation says;
``direct``: the populations filled by hand, which no page describes; ``single``: one situation dict at a time;
``whatif``: a reform of the urban standard beside the rules as they are, both built as documented.
"""

from __future__ import annotations

import argparse
import importlib
from importlib.metadata import version
from typing import Any

import measure
import numpy as np
import ref_numpy_chunked
import ref_python
from dibao_country import COUNTED, DEDUCTED, EXEMPT, make_system
from gen import Roll, load

YEAR, MONTH = "2024", "2024-01"
PERIODS = {"counted": YEAR, "eligible": MONTH, "benefit": MONTH, "review": YEAR, "care": MONTH, "living": MONTH}
PACKAGES = {"openfisca_core": "OpenFisca-Core", "policyengine_core": "policyengine-core"}
NAMES = {"openfisca_core": "openfisca", "policyengine_core": "policyengine"}


class Peer:
    """One core with the rules loaded."""

    def __init__(self, core: str) -> None:
        self.core = core
        self.name = NAMES[core]
        self.version = version(PACKAGES[core])
        self.simulations: Any = importlib.import_module(f"{core}.simulations")
        self.system: Any = make_system(core)()

    def documented(self, roll: Roll) -> Any:
        """Declare the entities, join them and set the inputs."""
        builder = self.simulations.SimulationBuilder()
        builder.create_entities(self.system)
        builder.declare_person_entity("person", np.arange(roll.members))
        household = builder.declare_entity("household", roll.household["household_id"])
        roles = np.zeros(roll.members, dtype=int)
        builder.join_with_persons(household, roll.member["household_id"], roles=roles)
        simulation = builder.build(self.system)
        self._set_inputs(simulation, roll)
        simulation.set_input("area", YEAR, np.where(roll.household["urban"], "urban", "rural"))
        return simulation

    def whatif(self, roll: Roll) -> dict[str, dict[str, int]]:
        """Build and compute both systems and return their totals; a simulation cannot be used for another system."""
        system, found = self.system, {}
        for name in ("baseline", "reform"):
            self.system = system if name == "baseline" else self._reform(system)
            simulation = self.documented(roll)
            values = {one: simulation.calculate(one, PERIODS[one]) for one in measure.TOTALS}
            found[name] = {one: int(value.sum(dtype=np.int64)) for one, value in values.items()}
        self.system = system
        return found

    def _reform(self, system: Any) -> Any:
        start = importlib.import_module(f"{self.core}.periods").instant(f"{MONTH}-01")
        base: Any = importlib.import_module(f"{self.core}.reforms").Reform

        def change(parameters: Any) -> Any:
            parameters.dibao.standard.urban_monthly.update(start=start, value=measure.URBAN_THEN // 12)
            return parameters

        class Raised(base):  # type: ignore[misc]
            """The urban standard at 450."""

            name = "urban 430 to 450"

            def apply(self) -> None:
                self.modify_parameters(modifier_function=change)

        return Raised(system)

    def direct(self, roll: Roll) -> Any:
        """Fill the populations by hand, without the builder's array of role objects."""
        populations = self.system.instantiate_entities()
        person, household = populations["person"], populations["household"]
        person.ids, person.count = np.arange(roll.members), roll.members
        household.ids, household.count = roll.household["household_id"], roll.households
        household.members_entity_id = roll.member["household_id"]
        simulation = self.simulations.Simulation(tax_benefit_system=self.system, populations=populations)
        self._set_inputs(simulation, roll)
        area = self.system.get_variable("area").possible_values
        codes = np.array([next(one.index for one in area if one.name == name) for name in ("rural", "urban")])
        simulation.set_input("area", YEAR, area.encode(codes[roll.household["urban"].astype(int)]))
        return simulation

    @staticmethod
    def _set_inputs(simulation: Any, roll: Roll) -> None:
        for kind in (*COUNTED, *EXEMPT, *DEDUCTED):
            simulation.set_input(kind, YEAR, roll.member[kind])
        for name in ("age", "grade", "is_student"):
            simulation.set_input(name, MONTH, roll.member[name])
        for name in ("vehicles", "houses", "deposits"):
            simulation.set_input(name, YEAR, roll.household[name])

    def decide(self, situation: dict[str, Any]) -> dict[str, Any]:
        """Decide one situation, as its documentation says."""
        simulation = self.simulations.SimulationBuilder().build_from_entities(self.system, situation)
        answer = {name: values.tolist() for name, values in calculate(simulation).items()}
        return {name: value if name in ("care", "living") else value[0] for name, value in answer.items()}


def calculate(simulation: Any) -> dict[str, Any]:
    """Return the six outputs of a simulation."""
    return {name: simulation.calculate(name, period) for name, period in PERIODS.items()}


def situation(case: dict[str, Any]) -> dict[str, Any]:
    """Return the case as a situation dict; incomes of zero are left out, in the core's favour."""
    persons = {f"p{at}": _person(member) for at, member in enumerate(case["members"])}
    household = {name: {YEAR: case[name]} for name in ("area", "vehicles", "houses", "deposits")}
    asked = {name: {PERIODS[name]: None} for name in ("counted", "eligible", "benefit", "review")}
    return {"persons": persons, "households": {"h": {"members": list(persons)} | household | asked}}


def _person(member: dict[str, Any]) -> dict[str, Any]:
    amounts = member["income"] | {kind: member[kind] for kind in DEDUCTED}
    traits = {name: {MONTH: member[name]} for name in ("age", "grade")}
    asked = {name: {MONTH: None} for name in ("care", "living")}
    return {kind: {YEAR: amount} for kind, amount in amounts.items() if amount} | traits | asked


def main() -> None:
    """Time one core in one mode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("core", choices=sorted(PACKAGES))
    parser.add_argument("mode", choices=("documented", "direct", "single", "whatif"))
    parser.add_argument("households", type=int)
    options = parser.parse_args()
    peer = Peer(options.core)
    roll = load(options.households)
    if options.mode == "whatif":
        urban = {"baseline": measure.URBAN_NOW, "reform": measure.URBAN_THEN}
        want = {
            name: {one: int(values[one].sum(dtype=np.int64)) for one in measure.TOTALS}
            for name, fen in urban.items() for values in (ref_numpy_chunked.compute(roll, urban=fen),)
        }  # fmt: skip
        measure.whatif(peer.name, roll, lambda: peer.whatif(roll), want, runs=5, version=peer.version)
        return
    if options.mode == "single":
        cases = list(ref_python.cases(roll, 0, 500))
        want = [ref_python.decide(case) for case in cases]
        measure.single(peer.name, peer.decide, [situation(case) for case in cases], want, runs=5, version=peer.version)
        return
    build = peer.documented if options.mode == "documented" else peer.direct
    timing = measure.repeat(lambda: build(roll), calculate, runs=5)
    measure.report(f"{peer.name}_{options.mode}", roll, timing, version=peer.version)


if __name__ == "__main__":
    main()
