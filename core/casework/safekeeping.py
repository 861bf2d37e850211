"""Taking a backup while the office works: an anchor of all chains first, then one view of everything."""

from __future__ import annotations

from pathlib import Path

from core.casework.trail import anchor
from core.store.archive import Manifest
from core.store.backup import Told, back_up
from core.store.cipher import Cipher
from core.store.engine import Store
from core.store.migration import refused, state_of


def take_backup(
    store: Store, path: Path, *, moment: str, program: str, cipher: Cipher | None = None, told: Told | None = None
) -> Manifest:
    """Anchor the chains and back everything up; ``cipher`` is None where nothing is encrypted yet.

    A database of an older schema is backed up as it is, without a new anchor: before an upgrade.

    Raises:
        JiuzhuError: ``schema_missing``, ``schema_newer``; what the store and the backup raise.
    """
    state = state_of(store)
    if state in ("empty", "newer"):
        raise refused(state)
    if state == "current":
        with store.writing() as session:
            anchor(session, recorded_at=moment)
    return back_up(store, path, moment=moment, program=program, cipher=cipher, told=told)
