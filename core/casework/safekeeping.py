"""Taking a backup while the office works: on record and anchored first, then one view of everything.

Rights and users are not asked of the registry or the plugins: a backup can be taken when a plugin no longer loads.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from core.casework.access import denied
from core.casework.flow.history import CHINA
from core.casework.staff import NATION, actor_of
from core.casework.trail import Deed, anchor, append_event
from core.store.archive import Manifest
from core.store.backup import Told, back_up
from core.store.cipher import Cipher
from core.store.engine import Store
from core.store.migration import refused, state_of

CHAIN = "backup"


def take_backup(
    store: Store,
    path: Path,
    *,
    login: str,
    moment: str,
    program: str,
    cipher: Cipher | None = None,
    told: Told | None = None,
) -> Manifest:
    """Put it on record, anchor the chains and back everything up; ``cipher`` is None where nothing is encrypted yet.

    A database of an older schema is backed up as it is, before an upgrade: it keeps its rights in tables this version
    does not read, so nobody is asked for one and nothing is written.

    Raises:
        JiuzhuError: ``schema_missing``, ``schema_newer``; ``unknown_user``, ``inactive_user``, ``not_permitted``; what
            the store and the backup raise.
    """
    state = state_of(store)
    if state in ("empty", "newer"):
        raise refused(state)
    if state == "current":
        with store.writing() as session:
            _record(session, login, moment=moment, program=program)
            anchor(session, recorded_at=moment)
    return back_up(store, path, moment=moment, program=program, cipher=cipher, told=told)


def _record(session: Session, login: str, *, moment: str, program: str) -> None:
    """Ask for the right and record who takes everything along; before the archive is written, which then holds it."""
    actor, today = actor_of(session, login), datetime.fromisoformat(moment).astimezone(CHINA).date()
    if not actor.may("database.backup", NATION, today):
        raise denied(actor, "database.backup", NATION)
    deed = Deed(kind="backup_begun", happened_on=today, recorded_at=moment, actor_id=actor.id,
                body={"program": program})  # fmt: skip
    append_event(session, CHAIN, deed)
