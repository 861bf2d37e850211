"""The registry's append-only log: what this deployment accepted and when; a file of JSON lines for now.

Each entry names the whole set of provisions of one plugin by content hash, carries the contents not seen before, and is
chained to the entry before it by SHA-256, so that an edit of the past shows.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785

from core.errors import JiuzhuError, Text
from core.provision import Provision, provision_from

Clock = Callable[[], datetime]
FIELDS = frozenset({"sequence", "recorded_at", "source", "version", "contents", "new", "chain"})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: at ``recorded_at`` (UTC) the provisions of ``source`` became ``contents`` (hashes, in order)."""

    sequence: int
    recorded_at: str
    source: str
    version: str
    contents: tuple[str, ...]
    chain: str


@dataclass
class Log:
    """An append-only log in ``path``, or in memory when that is None.

    A ``trial`` reads the file and keeps what it appends to itself: trying a folder out must not change what other
    processes answer.
    """

    path: Path | None
    clock: Clock
    trial: bool = False
    entries: list[Entry] = field(default_factory=list)
    stored: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _revisions: dict[str, dict[str, int]] = field(default_factory=dict)
    _versions: dict[tuple[int, str | None], str] = field(default_factory=dict)
    _read: int = 0

    def refresh(self) -> bool:
        """Read what other processes have appended. Returns whether there was anything.

        Raises:
            JiuzhuError: ``log_damaged`` when the chain does not hold.
        """
        if self.path is None or not self.path.exists() or self.path.stat().st_size == self._read:
            return False
        if self.trial and self._read:
            return False
        with self.path.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        for line in whole.splitlines():
            self._take(self._entry(line))
        self._read += len(whole)
        return bool(whole)

    def _entry(self, line: bytes) -> dict[str, Any]:
        try:
            body = json.loads(line)
        except ValueError:
            body = None
        if not isinstance(body, dict) or not body.keys() >= FIELDS:
            text = Text("登记日志中有一行不是登记内容", "a line of the registry log is no entry")
            raise JiuzhuError("log_damaged", text, value=str(self.path))
        return body

    def append(self, source: str, version: str, provisions: Sequence[Provision]) -> bool:
        """Record the provisions of a source if they differ from what it had. Returns whether an entry was written."""
        if self.path is None or self.trial:
            return self._append(source, version, provisions) is not None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = self.path.open("ab")
        except OSError as error:
            text = Text(f"无法写入数据目录：{error.strerror}", f"cannot write to the data folder: {error.strerror}")
            hint = Text(
                "请改用可写的 data_dir（JIUZHU_DATA_DIR）", "set data_dir (JIUZHU_DATA_DIR) to a folder you may write"
            )
            raise JiuzhuError("data_dir", text, hint=hint, value=str(self.path)) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.refresh()
            line = self._append(source, version, provisions)
            if line is not None:
                file.truncate(self._read)  # a line half written by a killed process would be glued to this one
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
                self._read += len(line)
        return line is not None

    def _append(self, source: str, version: str, provisions: Sequence[Provision]) -> bytes | None:
        contents = [one.content for one in provisions]
        last = self.latest().get(source)
        if (last.contents if last is not None else ()) == tuple(contents):
            return None
        new = {one.content: dict(one.canonical()) for one in provisions if one.content not in self.stored}
        body = {
            "sequence": len(self.entries) + 1,
            "recorded_at": self.clock().astimezone(UTC).isoformat(timespec="seconds"),
            "source": source,
            "version": version,
            "contents": contents,
            "new": new,
        }
        body["chain"] = _link(self.entries[-1].chain if self.entries else "", body)
        self._take(body)
        return (json.dumps(body, ensure_ascii=False) + "\n").encode()

    def _take(self, body: dict[str, Any]) -> None:
        before = self.entries[-1].chain if self.entries else ""
        claimed = body["chain"]
        if _link(before, {key: value for key, value in body.items() if key != "chain"}) != claimed:
            text = Text(
                f"登记日志第 {body.get('sequence')} 条校验不符",
                f"entry {body.get('sequence')} of the registry log does not match its chain",
            )
            raise JiuzhuError("log_damaged", text, value=str(self.path))
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

    def latest(self, known_at: str | None = None) -> dict[str, Entry]:
        """Return the newest entry of every source, or the newest known at a moment (ISO 8601, UTC)."""
        found: dict[str, Entry] = {}
        for entry in self.entries:
            if known_at is None or entry.recorded_at <= known_at:
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
        sets = sorted(
            (source, list(entry.contents)) for source, entry in self.latest(known_at).items() if entry.contents
        )
        return hashlib.sha256(rfc8785.dumps([list(one) for one in sets])).hexdigest()


def _link(before: str, body: Mapping[str, Any]) -> str:
    return hashlib.sha256(before.encode() + rfc8785.dumps(dict(body))).hexdigest()
