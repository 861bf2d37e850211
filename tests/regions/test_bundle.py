"""The bundle: wheels for both processors at the pinned versions, checksums that hold, units and a sample that are sound."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from core.errors import JiuzhuError
from regions.bundle import Asked, make_bundle

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """A wheel of nothing that needs one small package with machine code: what pip does for a large one, it does here."""
    wheel = tmp_path / "little-1.0-py3-none-any.whl"
    told = {
        "METADATA": "Metadata-Version: 2.1\nName: little\nVersion: 1.0\nRequires-Dist: MarkupSafe\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as packed:
        for name, text in told.items():
            packed.writestr(f"little-1.0.dist-info/{name}", text)
    return Asked(wheel=wheel, constraints=ROOT / "constraints.txt", extras="")


def test_bundle_holds_wheels_of_both_processors_and_checksums_that_hold(asked: Asked, tmp_path: Path) -> None:
    names = make_bundle(asked, tmp_path / "out.tar.gz")
    with tarfile.open(tmp_path / "out.tar.gz") as packed:
        packed.extractall(tmp_path / "out", filter="data")
    root = tmp_path / "out" / "jiuzhu-1.0"
    for machine in ("x86_64", "aarch64"):
        (wheel,) = (root / "wheels" / machine).glob("*.whl")
        assert wheel.name.startswith("markupsafe-") and machine in wheel.name
    assert [one.name for one in (root / "wheels" / "any").iterdir()] == ["little-1.0-py3-none-any.whl"]
    sums = dict(line.split("  ")[::-1] for line in (root / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    assert set(sums) == set(names) - {"SHA256SUMS"}
    assert all(hashlib.sha256((root / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    assert (root / "INSTALL").read_text(encoding="utf-8") == "little==1.0\n"


def test_a_wheel_that_is_not_pinned_is_refused(asked: Asked, tmp_path: Path) -> None:
    loose = tmp_path / "loose.txt"
    loose.write_text("numpy==2.4.6\n", encoding="utf-8")
    with pytest.raises(JiuzhuError, match="unpinned"):
        make_bundle(
            Asked(wheel=asked.wheel, constraints=loose, extras="", machines=("x86_64",)), tmp_path / "out.tar.gz"
        )
    assert not (tmp_path / "out.tar.gz").exists()


def test_the_units_are_sound_for_systemd(tmp_path: Path) -> None:
    checker = shutil.which("systemd-analyze")
    if checker is None:
        pytest.skip("no systemd on this machine")
    unit = (ROOT / "regions" / "data" / "bundle" / "jiuzhu@.service").read_text(encoding="utf-8")
    command = tmp_path / "current" / "env" / "bin" / "jiuzhu"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\n", encoding="utf-8")
    command.chmod(0o755)
    instance = tmp_path / "jiuzhu@8081.service"
    instance.write_text(unit.replace("@PREFIX@", str(tmp_path)), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 – a check of our own file
        [checker, "verify", instance], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "jiuzhu@8081" not in done.stderr, done.stderr
