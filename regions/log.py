"""The registry's append-only log: what this deployment accepted and when, kept in the database.

Each entry names the whole set of provisions of one source (a plugin, an amendment) by content hash, carries the
contents not seen before, and is chained to the entry before it by SHA-256, so that an edit of the past shows. Every
process reads what others have appended before it answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.errors import JiuzhuError, Text
from core.provision import Provision, provision_from
from core.store.engine import Store
from core.store.tables import RegistryContent, RegistryEntry
from regions.one_state import is_read

Clock = Callable[[], datetime]


def moment(text: str) -> str:
    """Return a moment as the log writes it: ISO 8601 in UTC, to the second; without an offset it is UTC already.

    >>> moment("2026-01-01T08:30:00+08:00")
    '2026-01-01T00:30:00+00:00'

    Raises:
        JiuzhuError: ``bad_date``.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        message = Text("时间应为 2018-06-01T08:00:00+08:00 的形式", "a moment looks like 2018-06-01T08:00:00+08:00")
        raise JiuzhuError("bad_date", message, value=text) from error
    known = read if read.tzinfo is not None else read.replace(tzinfo=UTC)
    return known.astimezone(UTC).isoformat(timespec="seconds")


def point(text: str) -> str:
    """Return a point of the log: ``#12``, just after its twelfth entry, whatever the clock said; or a moment.

    >>> point("#12"), point("2026-01-01")
    ('#12', '2026-01-01T00:00:00+00:00')

    Raises:
        JiuzhuError: ``bad_date``.
    """
    return text if text.startswith("#") and text[1:].isascii() and text[1:].isdigit() else moment(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: at ``recorded_at`` (UTC) the provisions of ``source`` became ``contents`` (hashes, in order)."""

    sequence: int
    recorded_at: str
    source: str
    version: str
    contents: tuple[str, ...]
    chain: str

    def known_at(self, point: str) -> bool:
        """Tell whether it was there at a point of the log (see :func:`point`)."""
        return self.sequence <= int(point[1:]) if point.startswith("#") else self.recorded_at <= point


@dataclass
class Log:
    """The log of a database, or one in memory when ``store`` is None.

    A ``trial`` reads the database and keeps what it appends to itself: trying a folder out must not change what other
    processes answer.
    """

    store: Store | None
    clock: Clock
    trial: bool = False
    entries: list[Entry] = field(default_factory=list)
    stored: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _revisions: dict[str, dict[str, int]] = field(default_factory=dict)
    _versions: dict[int, str] = field(default_factory=dict)

    def refresh(self) -> bool:
        """Read what other processes have appended. Returns whether there was anything.

        Raises:
            JiuzhuError: ``log_damaged`` when the chain does not hold.
        """
        if self.store is None or (self.trial and self.entries) or is_read(self):
            return False
        with self.store.reading() as session:
            if (session.scalar(select(func.max(RegistryEntry.sequence))) or 0) <= len(self.entries):
                return False
            return self._read(session)

    def _read(self, session: Session) -> bool:
        newer = select(RegistryEntry).where(RegistryEntry.sequence > len(self.entries)).order_by(RegistryEntry.sequence)
        try:
            rows = session.scalars(newer).all()
            for row in rows:
                if not _is_hashes(row.new):
                    raise _damaged(row.sequence)
                query = select(RegistryContent).where(RegistryContent.content.in_(row.new))
                self.take(_body(row, {one.content: one.body for one in session.scalars(query)}))
        except (ValueError, TypeError) as error:  # a row somebody edited is no JSON, or of another shape
            raise _damaged(len(self.entries) + 1) from error
        return bool(rows)

    def append(self, source: str, version: str, provisions: Sequence[Provision]) -> bool:
        """Record the provisions of a source if they differ from what it had. Returns whether an entry was written."""
        if self.store is None or self.trial:
            body = self._next(source, version, provisions)
            if body is not None:
                self.take(body)
            return body is not None
        self.refresh()
        if self._next(source, version, provisions) is None:
            return False  # nothing new: no reason to wait for the write lock
        with self.store.writing() as session:
            written = self.publish(session, source, version, provisions)
        self.refresh()
        return written

    def publish(
        self, session: Session, source: str, version: str, provisions: Sequence[Provision], *, always: bool = False
    ) -> bool:
        """Append within the caller's transaction: the entry is there when, and only when, that commits.

        Other processes, and this log itself, see it at their next :meth:`refresh`. ``always`` writes one also where
        nothing differs: the log is what tells them that a plugin was accepted or switched.

        Raises:
            JiuzhuError: ``trial_process``: entries of its own stand in a trial's log, and others would not follow.
        """
        if self.trial:
            text = Text("本进程正在试用插件，不改变登记的规则", "this process tries plugins out and changes no rule")
            hint = Text("请在不试用插件的进程中办理", "do it in a process that tries none")
            raise JiuzhuError("trial_process", text, hint=hint)
        self.hold(session)
        ahead = Log(self.store, self.clock, entries=[*self.entries], stored=dict(self.stored))
        ahead._read(session)  # also what this transaction published and may yet take back: so not into this log
        body = ahead._next(source, version, provisions, always=always)
        if body is None:
            return False
        write_entry(session, body)
        return True

    @staticmethod
    def hold(session: Session) -> None:
        """Let no other transaction append until this one ends; SQLite has one writer anyway."""
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("LOCK TABLE registry_entry IN EXCLUSIVE MODE"))

    def _next(
        self, source: str, version: str, provisions: Sequence[Provision], *, always: bool = False
    ) -> dict[str, Any] | None:
        contents = [one.content for one in provisions]
        last = self.latest().get(source)
        if not always and (last.contents if last is not None else ()) == tuple(contents):
            return None
        new = {one.content: dict(one.canonical()) for one in provisions if one.content not in self.stored}
        body = {
            "sequence": len(self.entries) + 1,
            "recorded_at": self._moment(),
            "source": source,
            "version": version,
            "contents": contents,
            "new": new,
        }
        return body | {"chain": _link(self.entries[-1].chain if self.entries else "", body)}

    def _moment(self) -> str:
        """The present moment, never before the last entry: a demonstration date or a clock put back loses no order."""
        now = self.clock().astimezone(UTC).isoformat(timespec="seconds")
        return max(now, self.entries[-1].recorded_at) if self.entries else now

    def take(self, body: Mapping[str, Any]) -> None:
        """Add an entry with its chain, as written, to what is known.

        Raises:
            JiuzhuError: ``log_damaged`` when it does not follow from the entry before it.
        """
        before = self.entries[-1].chain if self.entries else ""
        claimed = body["chain"]
        if _link(before, {key: value for key, value in body.items() if key != "chain"}) != claimed:
            raise _damaged(body["sequence"])
        self.stored.update(body["new"])
        self.entries.append(
            Entry(
                sequence=body["sequence"],
                recorded_at=body["recorded_at"],
                source=body["source"],
                version=body["version"],
                contents=tuple(body["contents"]),
                chain=claimed,
            )
        )
        for content in body["contents"]:
            one = self.stored[content]
            known = self._revisions.setdefault(f"{one['id']}#{one['key']}", {})
            known.setdefault(content, len(known) + 1)

    def in_memory(self) -> Log:
        """Return the log as it stands, in memory: what is appended to the copy stays there."""
        revisions = {address: dict(known) for address, known in self._revisions.items()}
        return Log(None, self.clock, entries=[*self.entries], stored=dict(self.stored), _revisions=revisions)

    def latest(self, known_at: str | None = None) -> dict[str, Entry]:
        """Return the newest entry of every source, or the newest known at a point of the log (see :func:`point`)."""
        found: dict[str, Entry] = {}
        for entry in self.entries:
            if known_at is None or entry.known_at(known_at):
                found[entry.source] = entry
        return found

    def provisions(self, known_at: str | None = None) -> tuple[Provision, ...]:
        """Rebuild the accepted provisions from stored content, with their revisions."""
        rows = [
            {**self.stored[content], "content": content}
            for _, entry in sorted(self.latest(known_at).items())
            for content in entry.contents
        ]
        return tuple(provision_from(row, revision=self.revision(row["id"], row["key"], row["content"])) for row in rows)

    def revision(self, id_: str, key: str, content: str) -> int:
        """Return which revision of ``id#key`` a content is, counting from 1."""
        return self._revisions[f"{id_}#{key}"][content]

    def version(self, known_at: str | None = None) -> str:
        """Return the content address of the set of accepted provisions."""
        if known_at is not None:
            return self._version(known_at)
        if len(self.entries) not in self._versions:
            self._versions = {len(self.entries): self._version(None)}
        return self._versions[len(self.entries)]

    def _version(self, known_at: str | None) -> str:
        sets = sorted(
            (source, list(entry.contents)) for source, entry in self.latest(known_at).items() if entry.contents
        )
        return hashlib.sha256(rfc8785.dumps([list(one) for one in sets])).hexdigest()


def write_entry(session: Session, body: Mapping[str, Any]) -> None:
    """Write an entry and the contents not stored yet."""
    known = set(session.scalars(select(RegistryContent.content).where(RegistryContent.content.in_(body["new"]))))
    session.add_all(
        RegistryContent(content=content, body=one) for content, one in body["new"].items() if content not in known
    )
    session.add(RegistryEntry(**{**body, "new": sorted(body["new"])}))
    session.flush()


def _body(row: RegistryEntry, new: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sequence": row.sequence,
        "recorded_at": row.recorded_at,
        "source": row.source,
        "version": row.version,
        "contents": row.contents,
        "new": {content: new[content] for content in row.new if content in new},
        "chain": row.chain,
    }


def _is_hashes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _damaged(sequence: int) -> JiuzhuError:
    message = Text(
        f"登记日志第 {sequence} 条校验不符", f"entry {sequence} of the registry log does not match its chain"
    )
    return JiuzhuError("log_damaged", message, value=str(sequence))


def _link(before: str, body: Mapping[str, Any]) -> str:
    return hashlib.sha256(before.encode() + rfc8785.dumps(dict(body))).hexdigest()
