"""Filing of near relatives in Guyuan (640400): a definition as data, and the one relation that data cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.declarative import DeclarativePlugin
from core.errors import Text
from core.hookspecs import Case, Conflict, Relation, hookimpl

GUYUAN = "6404"
UNCLEAR = "other_affinity"
"""Siblings of the spouse's parents are near relatives here; the register of kinship knows them as other in-laws."""
ASK = Text(
    "固原市将配偶父母的兄弟姐妹也列为近亲属；登记为“其他姻亲”，请核实后备案",
    "in Guyuan siblings of the spouse's parents are near relatives too; registered as 'other in-law': look and file",
)


class Guyuan(DeclarativePlugin):
    """The policy file, and a question about relations by marriage."""

    @hookimpl
    def jiuzhu_find_conflicts(self, case: Case, relations: Sequence[Relation]) -> Iterable[Conflict]:
        """Ask to look at every relation the register cannot tell apart; nobody has to step out for it."""
        if not case.division.startswith(GUYUAN):
            return []
        return [
            Conflict(
                official=one.official,
                member=one.member,
                effect="advise",
                provision="guyuan_filing/filing",
                reason=ASK,
            )
            for one in relations
            if one.relation == UNCLEAR
        ]


plugin = Guyuan(None, __name__)
