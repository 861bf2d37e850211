"""Plugins as packages: built or fetched as a wheel, read in quarantine, and only then put into this environment.

pip runs in the environment of this very interpreter and nowhere else; with a wheelhouse no index is asked.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PathDistribution, distributions, entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.errors import JiuzhuError, Text
from regions.plugin_folder import GROUP
from regions.plugin_reading import Reading, read_plugin
from regions.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A wheel with plugins: its file, the distribution's name and version, and what its plugins said in quarantine."""

    wheel: Path
    distribution: str
    version: str
    readings: tuple[Reading, ...]


@contextmanager
def fetched(
    settings: Settings, target: str, *, wheelhouse: Path | None, accepted: Mapping[str, Any]
) -> Iterator[Package]:
    """Build or fetch a wheel (a file, a folder or a name) beside the environment and read its plugins in quarantine.

    Raises:
        JiuzhuError: ``not_a_virtual_environment``, ``pip_failed``, ``no_plugin_inside``, what is wrong with the plugin.
    """
    require_environment()
    with TemporaryDirectory(prefix="jiuzhu-package-") as name:
        folder = Path(name)
        source = [] if wheelhouse is None else ["--no-index", "--find-links", str(wheelhouse)]
        isolated = [] if wheelhouse is None else ["--no-build-isolation"]
        pip("wheel", "--no-deps", "--wheel-dir", str(folder / "wheel"), *source, *isolated, _shown(target))
        (wheel,) = (folder / "wheel").glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(folder / "unpacked")
        yield _read(settings, wheel, folder / "unpacked", accepted=accepted)


def _shown(target: str) -> str:
    """A folder is a folder for pip too, also where it is named like a package."""
    return str(Path(target).resolve()) if Path(target).exists() else target


def _read(settings: Settings, wheel: Path, unpacked: Path, *, accepted: Mapping[str, Any]) -> Package:
    (found,) = distributions(path=[str(unpacked)])
    assert isinstance(found, PathDistribution)
    names = sorted(one.name for one in found.entry_points if one.group == GROUP)
    if not names:
        text = Text(f"{wheel.name} 中没有插件", f"there is no plugin in {wheel.name}")
        hint = Text(
            "pyproject.toml 应有入口 [project.entry-points.jiuzhu]",
            "pyproject.toml needs an entry point: [project.entry-points.jiuzhu]",
        )
        raise JiuzhuError("no_plugin_inside", text, hint=hint, value=wheel.name)
    readings = tuple(read_plugin(settings, name, accepted=accepted, path=unpacked) for name in names)
    return Package(wheel=wheel, distribution=found.metadata["Name"], version=found.version, readings=readings)


def put_in(package: Package, *, wheelhouse: Path | None) -> None:
    """Install the wheel into this environment, with what it depends on; also one of the version that is there.

    Raises:
        JiuzhuError: ``pip_failed``.
    """
    source = [] if wheelhouse is None else ["--no-index", "--find-links", str(wheelhouse)]
    pip("install", "--upgrade", "--upgrade-strategy", "only-if-needed", *source, str(package.wheel))
    # pip passes over a version it has, whatever is in it: what was shown is what must lie there.
    pip("install", "--force-reinstall", "--no-deps", *source, str(package.wheel))


def take_out(name: str) -> str:
    """Uninstall the distribution a plugin came with; returns its name.

    Raises:
        JiuzhuError: ``not_a_virtual_environment``, ``not_installed``, ``pip_failed``.
    """
    require_environment()
    distribution = distribution_of(name)
    if distribution is None:
        text = Text(f"插件“{name}”不是以软件包安装的", f"plugin '{name}' is not installed as a package")
        raise JiuzhuError("not_installed", text, value=name)
    pip("uninstall", "--yes", distribution)
    return distribution


def distribution_of(name: str) -> str | None:
    """Return the distribution an installed plugin came with, None for one that is bundled or lies in a folder."""
    for point in entry_points(group=GROUP):
        if point.name == name and point.dist is not None:
            return point.dist.name
    return None


def packaged_version(name: str) -> str:
    """Return the version of the package a plugin came with, without loading it; nothing where it has none."""
    found = (one.dist.version for one in entry_points(group=GROUP) if one.name == name and one.dist is not None)
    return next(found, "")


def require_environment() -> None:
    """Refuse to change a Python that is not a virtual environment: others may depend on it.

    Raises:
        JiuzhuError: ``not_a_virtual_environment``.
    """
    if sys.prefix == sys.base_prefix:
        text = Text(
            "当前 Python 不是虚拟环境，不在其中安装", "this Python is no virtual environment: nothing is installed"
        )
        hint = Text("请在虚拟环境中运行 jiuzhu", "run jiuzhu from a virtual environment: python -m venv …")
        raise JiuzhuError("not_a_virtual_environment", text, hint=hint, value=sys.prefix)


def pip(*words: str) -> None:
    """Run pip of this environment.

    Raises:
        JiuzhuError: ``pip_failed``, with what it said last.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    done = subprocess.run(  # noqa: S603 - our own interpreter; the words are a list, nothing is read by a shell
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-4:])
        text = Text(f"pip {words[0]} 失败：{said}", f"pip {words[0]} failed: {said}")
        raise JiuzhuError("pip_failed", text)
