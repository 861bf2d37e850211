"""One archive for a server without a network: wheels for its processors, checksums, units, a sample, one script.

The wheels come from the package index (or a wheelhouse) of the machine the bundle is made on, at the versions of the
constraints; the server then asks no index at all.
"""

from __future__ import annotations

import hashlib
import shutil
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import canonicalize_name, parse_wheel_filename

from core.errors import JiuzhuError, Text
from regions.plugin_package import pip

MACHINES = ("x86_64", "aarch64")
"""The processors a bundle is made for, as ``uname -m`` calls them: Intel and AMD, and ARM (Kunpeng, Phytium)."""
LIBRARIES = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
"""The C libraries wheels are built against: Kylin V10 and openEuler 20.03 have 2.28."""
ANY = "any"
SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be in a bundle: our own wheel, plugins beside it, at which versions, for which Python and machines."""

    wheel: Path
    constraints: Path
    plugins: tuple[Path, ...] = ()
    machines: tuple[str, ...] = MACHINES
    python: str = "3.11"
    extras: str = "postgresql"
    wheelhouse: Path | None = None


def make_bundle(asked: Asked, out: Path) -> list[str]:
    """Write the archive (``.tar.gz``) and return the names of its files.

    Raises:
        JiuzhuError: ``pip_failed`` where a wheel cannot be had; ``unpinned``; ``file_exists``.
    """
    if out.exists():
        raise JiuzhuError("file_exists", Text("文件已存在", "the file is there already"), value=str(out))
    with TemporaryDirectory(prefix="jiuzhu-bundle-") as name:
        version = asked.wheel.name.split("-")[1]
        root = Path(name) / f"jiuzhu-{version}"
        for machine in asked.machines:
            _download(asked, machine, root / "wheels" / machine)
        _share(root / "wheels", asked.machines)
        _refuse_unpinned(asked, root / "wheels")
        _describe(asked, root, version)
        _sum_up(root)
        with tarfile.open(out, "w:gz") as archive:
            archive.add(root, arcname=root.name, filter=_plain)
        return _names(root)


def _download(asked: Asked, machine: str, folder: Path) -> None:
    """Have pip fetch everything for a processor, which need not be this machine's."""
    major, minor = asked.python.split(".")
    platforms = [word for library in LIBRARIES for word in ("--platform", f"{library}_{machine}")]
    tags = ["--python-version", asked.python, "--implementation", "cp"]
    tags += [word for abi in (f"cp{major}{minor}", "abi3", "none") for word in ("--abi", abi)]
    index = [] if asked.wheelhouse is None else ["--no-index", "--find-links", str(asked.wheelhouse)]
    extras = f"[{asked.extras}]" if asked.extras else ""
    wanted = [f"{asked.wheel.resolve()}{extras}", *(str(one.resolve()) for one in asked.plugins)]
    pip("download", "--only-binary=:all:", *platforms, *tags, *index, "-c", str(asked.constraints), "-d", str(folder),
        *wanted)  # fmt: skip


def _share(wheels: Path, machines: Sequence[str]) -> None:
    """Keep what fits every processor once."""
    (wheels / ANY).mkdir()
    for machine in machines:
        for one in (wheels / machine).glob("*-any.whl"):
            one.replace(wheels / ANY / one.name)


def _refuse_unpinned(asked: Asked, wheels: Path) -> None:
    """What nobody has pinned may be another one tomorrow: the same bundle twice holds the same wheels."""
    lines = (line.partition("#")[0].strip() for line in asked.constraints.read_text(encoding="utf-8").splitlines())
    pinned = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines if line)}
    ours = {one.name for one in (asked.wheel, *asked.plugins)}
    for wheel in sorted(wheels.rglob("*.whl")):
        name, version, _, _ = parse_wheel_filename(wheel.name)
        if wheel.name not in ours and pinned.get(name) != str(version):
            text = Text(f"{name}=={version} 不在版本约束中", f"{name}=={version} is not among the constraints")
            hint = Text(f"请写入 {asked.constraints.name}", f"add it to {asked.constraints.name}")
            raise JiuzhuError("unpinned", text, hint=hint, value=wheel.name)


def _describe(asked: Asked, root: Path, version: str) -> None:
    """Add the script, units and sample, and what the script must know: version, Python, what to install."""
    with as_file(files("regions").joinpath("data/bundle")) as folder:
        for one in sorted(folder.iterdir()):
            shutil.copy(one, root / one.name)
    extras = f"[{asked.extras}]" if asked.extras else ""
    names = [f"{asked.wheel.name.split('-')[0]}{extras}=={version}"]
    names += [f"{one.name.split('-')[0]}=={one.name.split('-')[1]}" for one in asked.plugins]
    for name, text in (("VERSION", version), ("PYTHON", asked.python), ("INSTALL", " ".join(names))):
        (root / name).write_text(f"{text}\n", encoding="utf-8")
    shutil.copy(asked.constraints, root / "constraints.txt")


def _sum_up(root: Path) -> None:
    lines = [f"{hashlib.sha256((root / name).read_bytes()).hexdigest()}  {name}" for name in _names(root)]
    (root / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _names(root: Path) -> list[str]:
    found: Iterable[Path] = (one for one in root.rglob("*") if one.is_file())
    return sorted(str(one.relative_to(root)) for one in found)


def _plain(one: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of the machine the bundle is made on: no owner, no odd modes."""
    one.uid = one.gid = 0
    one.uname = one.gname = ""
    one.mode = 0o755 if one.isdir() or one.name.endswith(".sh") else 0o644
    return one
