"""Whether a household's village is an inspector's own: by a post he holds, by where he lives, by his own household.

Villages are divisions in some places and only names in others. A name is told apart from one that merely contains it:
小东村 is not 东村.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select

from core.casework.access import within
from core.casework.desk import Desk
from core.store.sealed import open_in
from core.store.tables import AssistanceCase, CaseMember, OfficeHolder, OfficePost, Person

VILLAGE_ROLES = frozenset(
    {"village_committee", "village_party_branch", "villager_representatives", "party_representatives"}
)
KIND = "村|社区"
OFFICE = "村民委员会|居民委员会|居委会|村委会"
"""What stands behind the name of a village or community."""
ABOVE = "省市县区旗乡镇道处场"
"""What the name of a place above a village ends with."""
_BEHIND = rf"(?:{OFFICE}|党|支部|两委|干部|第?[一二三四五六七八九十\d]+[组队号]|\s|$)"


def names_village(text: str, village: str) -> bool:
    """Tell whether an address or the name of a unit is of a village.

    >>> [names_village(one, "东村") for one in ("东村村委会", "城关镇东村三组", "东村", "小东村委会", "东村头村委会")]
    [True, True, True, False, False]
    """
    core = re.sub(rf"(?:{OFFICE}|{KIND})$", "", village.strip()) or village.strip()
    return re.search(rf"(?:^|[{ABOVE}\s]){re.escape(core)}(?:{KIND})?{_BEHIND}", text.strip()) is not None


def is_own_village(
    desk: Desk, case: AssistanceCase, one: OfficeHolder, posts: Iterable[OfficePost], *, on: date
) -> bool:
    """Tell whether a case is of an inspector's own village; a case without one could be of any village below a post."""
    return any(_by_post(desk, case, post) for post in posts) or _by_home(desk, case, one, on=on)


def _by_post(desk: Desk, case: AssistanceCase, post: OfficePost) -> bool:
    if not within(case.path, post.path):
        return False
    if desk.tree.level(post.division) == "village":
        return True
    if case.village is None:
        return post.role in VILLAGE_ROLES
    return names_village(post.unit, case.village)


def _by_home(desk: Desk, case: AssistanceCase, one: OfficeHolder, *, on: date) -> bool:
    """By his address, or a household under any programme that he belongs to."""
    if case.village is None:
        return False
    address = open_in(desk.session.get_one(Person, one.person_id), "address", cipher=desk.cipher)
    if address is not None and names_village(address, case.village):
        return True
    own = (
        select(AssistanceCase.id)
        .join(CaseMember, CaseMember.case_id == AssistanceCase.id)
        .where(CaseMember.person_id == one.person_id, or_(CaseMember.until.is_(None), CaseMember.until > on))
        .where(AssistanceCase.path == case.path, AssistanceCase.village == case.village)
    )
    return desk.session.scalars(own.limit(1)).first() is not None
