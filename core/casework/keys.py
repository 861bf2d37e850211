"""The keys of personal data as an administrator handles them: which there are, rotating them, retiring old ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.job import Step, run_job, start_job
from core.casework.roster.takeover import KIND as ROSTER
from core.casework.staff import NATION
from core.errors import JiuzhuError, Text
from core.store.cipher import load_cipher, save_cipher
from core.store.engine import Store
from core.store.rotation import count_sealed_otherwise, hold_keys, seal_again
from core.store.sealed import keys_in_use
from core.store.tables import Job

KIND = "rotate_keys"
SEALING = (KIND, ROSTER)
"""Kinds of long work that seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """A key by its id: whether it is in the file, whether it seals what is new, how many values are sealed under it."""

    name: str
    held: bool
    current: bool
    values: int


def key_states(desk: Desk) -> tuple[KeyState, ...]:
    """Return every key there is or should be; one that is used and not held is missing.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("keys.manage", NATION)
    used, cipher = keys_in_use(desk.session), desk.cipher
    return tuple(
        KeyState(name=name, held=name in cipher.keys, current=name == cipher.current, values=used[name])
        for name in sorted(cipher.keys.keys() | used.keys())
    )


def begin_rotation(desk: Desk, path: Path) -> Job:
    """Make a new key and the job that seals everything under it; a rotation under way is gone on with.

    Raises:
        JiuzhuError: ``not_permitted``; ``missing_key`` when something is sealed under a key that is not there.
    """
    desk.require("keys.manage", NATION)
    hold_keys(desk.session, alone=True)
    running = desk.session.scalars(select(Job).where(Job.kind == KIND, Job.status == "running")).first()
    if running is not None:
        return running
    before = load_cipher(path)
    missing = sorted(keys_in_use(desk.session).keys() - before.keys.keys())
    if missing:
        raise _missing(missing[0])
    cipher = before.rotated()
    save_cipher(cipher, path)  # before the commit: a key nothing is sealed under does no harm, the reverse would
    body = {"from": before.current, "to": cipher.current}
    job = start_job(
        desk.session, f"keys/{cipher.current}", KIND, arguments=body,
        total=count_sealed_otherwise(desk.session, cipher), actor_id=desk.actor.id, moment=desk.moment,
    )  # fmt: skip
    desk.record("keys", "rotation_begun", body)
    return job


def run_rotation(store: Store, job_id: str, path: Path, *, moment: Callable[[], str]) -> Iterator[Job]:
    """Do the chunks of a rotation, yielding the job after each.

    Raises:
        JiuzhuError: ``unknown_job``, ``missing_key``, ``altered_secret``.
    """

    def work(session: Session, cursor: Mapping[str, Any]) -> Step:
        hold_keys(session)
        after, did, finished = seal_again(session, load_cipher(path), cursor)
        return Step(cursor=after, did=did, finished=finished)

    return run_job(store, job_id, work, moment=moment)


def retire_keys(desk: Desk, path: Path) -> tuple[str, ...]:
    """Take out of the file what nothing is sealed under any more; the current key stays. Returns what was taken out.

    A backup that needs a retired key needs the file as it was: the manifest names it.

    Raises:
        JiuzhuError: ``not_permitted``; ``rotation_running``, ``import_running``.
    """
    desk.require("keys.manage", NATION)
    hold_keys(desk.session, alone=True)
    _refuse_while_sealing(desk.session)
    cipher = load_cipher(path)
    retired = frozenset(cipher.keys) - keys_in_use(desk.session).keys() - {cipher.current}
    if retired:
        desk.record("keys", "keys_retired", {"keys": sorted(retired)})
        save_cipher(cipher.without(retired), path)
    return tuple(sorted(retired))


def _refuse_while_sealing(session: Session) -> None:
    """Long work begun under a key may not find it gone; an import that only waits for approval seals nothing."""
    query = select(Job).where(Job.kind.in_(SEALING), Job.status == "running").order_by(Job.id)
    for job in session.scalars(query):
        if job.kind == KIND:
            text = Text("密钥轮换尚未完成", "a rotation is still under way")
            hint = Text("请先运行 jiuzhu keys rotate 完成轮换", "finish it first: jiuzhu keys rotate")
            raise JiuzhuError("rotation_running", text, hint=hint)
        if job.cursor:
            text = Text("花名册导入正在进行", "an import is under way")
            hint = Text("请先在任务中完成或取消", "finish or cancel that job first")
            raise JiuzhuError("import_running", text, hint=hint, value=job.id)


def _missing(name: str) -> JiuzhuError:
    text = Text(f"缺少密钥 {name}，仍有内容用它加密", f"key {name} is missing, and something is sealed under it")
    hint = Text("请放回含有该密钥的密钥文件", "put the key file back that holds it")
    return JiuzhuError("missing_key", text, hint=hint, value=name)
