"""What a folder must hold to be read as a snapshot."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from core.caseload.manifest import FILE, FORMAT, Manifest, read_manifest, write_manifest
from core.errors import JiuzhuError, Text
from core.facts import composed


def test_manifest_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    label = Text("合成数据", "synthetic")
    facts = composed({}, {}, income_items=(), gap_items={}).canonical()
    made = Manifest(day=date(2018, 10, 1), label=label, source={"kind": "made"}, facts=facts, synthetic=True)
    write_manifest(tmp_path, made)
    assert read_manifest(tmp_path) == made and [one.name for one in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        (None, "no_snapshot"),
        ("{", "no_snapshot"),
        ("[]", "no_snapshot"),
        ("{}", "no_snapshot"),
        (json.dumps({"format": "another"}), "no_snapshot"),
        (json.dumps({"format": FORMAT, "version": 0}), "other_snapshot_version"),
    ],
)
def test_folder_without_a_snapshot_or_with_one_of_another_version_is_refused(
    tmp_path: Path, kept: str | None, code: str
) -> None:
    if kept is not None:
        (tmp_path / FILE).write_text(kept, encoding="utf-8")
    with pytest.raises(JiuzhuError, match=code):
        read_manifest(tmp_path)
