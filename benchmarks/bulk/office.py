"""Who works on the synthetic households: two who sign the takeover, and officers of every role in several places."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from core.casework.signin import hash_password, set_password
from core.casework.staff import add_user, first_administrator, grant_role
from regions.platform import Platform

PASSWORD = "jiuzhu-load-2018"
"""Nothing behind it is real."""
SINCE = date(2017, 1, 1)
ROOT, MAKER, SIGNER = "root", "maker", "signer"


class Officer(NamedTuple):
    """A user: what he is where."""

    login: str
    role: str
    division: str


SIGNING = (Officer(MAKER, "clerk", "000000"), Officer(SIGNER, "approver", "000000"))
VISITORS = (
    Officer("heshan-clerk", "clerk", "430903"), Officer("heshan-reviewer", "reviewer", "430903"),
    Officer("heshan-approver", "approver", "430903"), Officer("ziyang-clerk", "clerk", "430902"),
    Officer("anhua-reviewer", "reviewer", "430923"), Officer("taojiang-clerk", "clerk", "430922"),
    Officer("yuanjiang-approver", "approver", "430981"), Officer("yiyang-clerk", "clerk", "430900"),
    Officer("yiyang-approver", "approver", "430900"), Officer("yiyang-auditor", "auditor", "430900"),
    Officer("dali-clerk", "clerk", "610523"), Officer("dali-approver", "approver", "610523"),
    Officer("weinan-reviewer", "reviewer", "610500"), Officer("xian-clerk", "clerk", "610100"),
    Officer("yulin-reviewer", "reviewer", "610800"), Officer("shaanxi-auditor", "auditor", "610000"),
    Officer("ruian-clerk", "clerk", "330381"), Officer("ruian-reviewer", "reviewer", "330381"),
    Officer("wenzhou-approver", "approver", "330300"), Officer("nation-auditor", "auditor", "000000"),
)  # fmt: skip
"""The twenty of the load: counties, prefectures, a province and the whole, of four roles."""
EDITORS = (
    Officer("yiyang-editor", "policy_editor", "430900"), Officer("yiyang-publisher", "policy_approver", "430900"),
)  # fmt: skip


def make_office(platform: Platform) -> None:
    """Make them in a database without users."""
    moment = platform.clock().isoformat(timespec="seconds")
    with platform.database.writing() as session:
        first_administrator(session, ROOT, "管理员", moment=moment, today=SINCE)
    with platform.desk(ROOT) as desk:
        set_password(desk, ROOT, hash_password(ROOT, PASSWORD))
        for one in (*SIGNING, *VISITORS, *EDITORS):
            add_user(desk, one.login, one.login)
            grant_role(desk, one.login, one.role, one.division, since=SINCE)
            set_password(desk, one.login, hash_password(one.login, PASSWORD))
