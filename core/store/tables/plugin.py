"""What this deployment decided about its plugins, and which processes are at work with which of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Digest, Key, Moment


class PluginStep(Base):
    """One step of a plugin: proposed, accepted, refused, disabled, enabled, removed. Rows are only ever added.

    ``digest`` is the hash of what was read of the plugin at that version, ``told`` what was read (see
    ``regions.plugin_reading``): what is accepted is what was proposed, whatever lies on the disk by then.
    """

    __tablename__ = "plugin_step"
    __table_args__ = (
        CheckConstraint("step <> 'accepted' OR proposed_by IS NOT NULL", name="accepted_was_proposed"),
        CheckConstraint("step <> 'accepted' OR proposed_by <> actor_id", name="maker_is_not_checker"),
        Index(None, "plugin", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plugin: Mapped[str] = mapped_column(String(100))
    step: Mapped[str] = mapped_column(Code)
    version: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(Digest)
    told: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    recorded_at: Mapped[str] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(String(1000))


class RunningProcess(Base):
    """A process that works on this database: where it runs and by which programs and rules it answers.

    ``program`` is the version of the platform, ``plugins`` the versions of the plugins it has loaded, ``rules`` the
    registry's version it last answered by, ``failures`` the last failure of a hook by plugin, in both languages. A row
    goes when the process ends in order; ``seen_at`` tells of the others.
    """

    __tablename__ = "running_process"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str] = mapped_column(String(100))
    pid: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(Code)
    program: Mapped[str] = mapped_column(String(60))
    plugins: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    rules: Mapped[str] = mapped_column(Digest)
    failures: Mapped[dict[str, list[str]]] = mapped_column(CanonicalJson)
    started_at: Mapped[str] = mapped_column(Moment)
    seen_at: Mapped[str] = mapped_column(Moment)
