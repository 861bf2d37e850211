"""Who takes a copy of everything: an administrator of the whole country alone, and never without a trace."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.safekeeping import take_backup
from core.casework.staff import add_user, deactivate, grant_role
from core.casework.trail import verify
from core.errors import JiuzhuError
from core.store.engine import open_store
from core.store.restore import restore
from core.store.tables import Anchor, Event
from tests.core.casework.conftest import ROLES

MOMENT = "2008-03-03T17:30:00+00:00"
COUNTY = "610523"


def take(bureau: Any, path: Path, login: str) -> None:
    take_backup(bureau.platform.database, path, login=login, moment=MOMENT, program="0.2.0")


def left(bureau: Any) -> tuple[int, int]:
    """How many backups are on record, and how many anchors there are."""
    with bureau.platform.database.reading() as session:
        events = session.scalar(select(func.count()).select_from(Event).where(Event.chain == "backup"))
        return events or 0, session.scalar(select(func.count()).select_from(Anchor)) or 0


def test_administrator_of_the_whole_backs_up_and_the_archive_says_so(shaanxi: Any, tmp_path: Path) -> None:
    take(shaanxi, tmp_path / "a.zip", "root")
    target = open_store(f"sqlite:///{tmp_path}/restored.db")
    restore(target, tmp_path / "a.zip")
    with target.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.chain == "backup"))
        (anchor,) = session.scalars(select(Anchor))
        assert (event.kind, event.actor_id, event.happened_on) == ("backup_begun", 1, date(2008, 3, 4))
        assert anchor.heads["backup"] == [1, event.digest] and verify(session).sound
    target.close()


@pytest.mark.parametrize("role", ROLES)
def test_no_other_role_backs_up_even_over_the_whole_country(shaanxi: Any, tmp_path: Path, role: str) -> None:
    with shaanxi.desk("root") as desk:
        add_user(desk, "other", "另一人")
        grant_role(desk, "other", role, "000000", since=date(2000, 1, 1))
    with pytest.raises(JiuzhuError, match="not_permitted"):
        take(shaanxi, tmp_path / "a.zip", "other")
    assert left(shaanxi) == (0, 0) and not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize(("login", "code"), [("county", "not_permitted"), ("gone", "inactive_user"),
                                             ("nobody", "unknown_user"), ("", "unknown_user")])  # fmt: skip
def test_administrator_of_a_county_and_who_is_no_user_do_not_back_up(
    shaanxi: Any, tmp_path: Path, login: str, code: str
) -> None:
    with shaanxi.desk("root") as desk:
        for name, place in (("county", COUNTY), ("gone", "000000")):
            add_user(desk, name, name)
            grant_role(desk, name, "administrator", place, since=date(2000, 1, 1))
        deactivate(desk, "gone", reason="离职")
    with pytest.raises(JiuzhuError, match=code):
        take(shaanxi, tmp_path / "a.zip", login)
    assert left(shaanxi) == (0, 0)
