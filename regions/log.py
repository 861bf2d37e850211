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
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785

from core.errors import JiuzhuError, Text
from core.provision import Provision, provision_from

Clock = Callable[[], datetime]


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
    """An append-only log in ``path``, or in memory when that is None."""

    path: Path | None
    clock: Clock
    entries: list[Entry] = field(default_factory=list)
    stored: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _revisions: dict[str, dict[str, int]] = field(default_factory=dict)
    _read: int = 0

    def refresh(self) -> bool:
        """Read what other processes have appended. Returns whether there was anything.

        Raises:
            JiuzhuError: ``log_damaged`` when the chain does not hold.
        """
        if self.path is None or not self.path.exists() or self.path.stat().st_size == self._read:
            return False
        with self.path.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        for line in whole.splitlines():
            self._take(json.loads(line))
        self._read += len(whole)
        return bool(whole)

    def append(self, source: str, version: str, provisions: Sequence[Provision]) -> bool:
        """Record the provisions of a source if they differ from what it had. Returns whether an entry was written."""
        if self.path is None:
            return self._append(source, version, provisions) is not None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.refresh()
            line = self._append(source, version, provisions)
            if line is not None:
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
            "recorded_at": self.clock().isoformat(timespec="seconds"),
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
            for entry in self.latest(known_at).values()
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
