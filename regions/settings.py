"""Settings: ``jiuzhu.toml`` and ``JIUZHU_*``; every value knows where it came from; an unknown key is an error."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import InvalidInput, Problem, Text, Where, did_you_mean
from core.store.address import without_password

FILE = "jiuzhu.toml"
DATABASE = "jiuzhu.db"
KEY_FILE = "jiuzhu.key"
PREFIX = "JIUZHU_"
FOREIGN = "JIUZHU_BENCH_"
"""Settings of the benchmarks, which are no part of the product."""

KEYS: Mapping[str, Text] = {
    "data_dir": Text("数据目录（内嵌数据库和密钥所在）", "folder of the embedded database and the keys"),
    "database_url": Text(
        "数据库地址，默认为数据目录中的 SQLite", "database address, by default SQLite in the data folder"
    ),
    "key_file": Text("密钥文件，默认在数据目录", "key file, by default in the data folder"),
    "user": Text("命令行以谁的身份办理（登录名）", "who acts on the command line (login)"),
    "lang": Text("界面语言：zh 或 en", "language: zh or en"),
    "today": Text("演示日期（仅演示和测试）", "demonstration date (demo and tests only)"),
    "review_mode": Text(
        "无规定时的复核方式：anniversary 各户到期 或 campaign 集中",
        "how to review where no rule says: anniversary or campaign",
    ),
    "disabled": Text("停用的插件，逗号分隔", "disabled plugins, comma separated"),
    "safe": Text("安全模式（yes）：不装入任何外来插件", "safe mode (yes): none of the outside plugins is loaded"),
    "divisions": Text("另外加载的区划表（CSV），逗号分隔", "further division tables (CSV), comma separated"),
    "plugin_dirs": Text("另外加载的插件目录，逗号分隔", "further plugin folders, comma separated"),
}


CHOICES: Mapping[str, tuple[str, ...]] = {
    "lang": ("zh", "en"),
    "review_mode": ("anniversary", "campaign"),
    "safe": ("no", "yes"),
}
"""The values a key may have, where there are only a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a deployment is told. ``origins`` says, by key, where each value came from."""

    data_dir: Path
    lang: str
    today: date | None = None
    review_mode: str = "anniversary"
    disabled: tuple[str, ...] = ()
    safe: bool = False
    divisions: tuple[Path, ...] = ()
    plugin_dirs: tuple[Path, ...] = ()
    database_url: str = ""
    key_file: Path | None = None
    user: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def database(self) -> str:
        """The address of the database; without one, a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / DATABASE}"

    @property
    def keys(self) -> Path:
        """The key file."""
        return self.key_file or self.data_dir / KEY_FILE

    def tries(self, *keys: str) -> bool:
        """Tell whether the environment says one of them: plugins named there are for this process only."""
        return any(self.origins.get(key, "").startswith("environment") for key in keys)

    def shown(self) -> list[tuple[str, str, str]]:
        """Return (key, value, origin) for every key."""
        values = {
            "data_dir": str(self.data_dir),
            "database_url": without_password(self.database),
            "key_file": str(self.keys),
            "user": self.user,
            "lang": self.lang,
            "today": self.today.isoformat() if self.today else "",
            "review_mode": self.review_mode,
            "disabled": ",".join(self.disabled),
            "safe": "yes" if self.safe else "no",
            "divisions": ",".join(str(one) for one in self.divisions),
            "plugin_dirs": ",".join(str(one) for one in self.plugin_dirs),
        }
        return [(key, values[key], self.origins[key]) for key in KEYS]

    def environment(self) -> dict[str, str]:
        """Return the variables by which another process has these settings.

        What ``jiuzhu.toml`` says is left to that file: plugins named in the environment would be on trial there.
        """
        values = {
            "data_dir": str(self.data_dir),
            "database_url": self.database_url,
            "key_file": str(self.key_file or ""),
            "lang": self.lang,
            "today": self.today.isoformat() if self.today else "",
            "review_mode": self.review_mode,
            "disabled": ",".join(self.disabled),
            "safe": "yes" if self.safe else "",
            "divisions": ",".join(str(one) for one in self.divisions),
            "plugin_dirs": ",".join(str(one) for one in self.plugin_dirs),
        }
        return {
            f"{PREFIX}{key.upper()}": value
            for key, value in values.items()
            if value and not self.origins.get(key, "").startswith(FILE)
        }


def load_settings(environ: Mapping[str, str], folder: Path) -> Settings:
    """Read the defaults, then ``jiuzhu.toml`` in ``folder``, then the environment; the later wins.

    Raises:
        InvalidInput: unknown keys (with the nearest one) and bad values, all at once.
    """
    found: dict[str, tuple[str, str]] = {key: (value, "default") for key, value in _defaults(environ).items()}
    problems: list[Problem] = []
    for origin, rows in (_from_file(folder / FILE, problems), _from_environment(environ)):
        for key, (name, value) in rows.items():
            if key in KEYS:
                found[key] = (value, f"{origin} {name}".strip())
            else:
                problems.append(_unknown(name, origin))
    lang, today = found["lang"][0], _today(found["today"], problems)
    for key, allowed in CHOICES.items():
        value, origin = found[key]
        if value not in allowed:
            text = Text(f"{KEYS[key].zh}：取值有误", f"{KEYS[key].en}: not one of the values")
            problems.append(
                Problem(code="bad_setting", message=text, where=Where(file=origin), value=value, allowed=allowed)
            )
    if problems:
        raise InvalidInput(problems)
    return Settings(
        data_dir=Path(found["data_dir"][0]).expanduser(),
        database_url=found["database_url"][0],
        key_file=Path(found["key_file"][0]).expanduser() if found["key_file"][0] else None,
        user=found["user"][0],
        lang=lang,
        today=today,
        review_mode=found["review_mode"][0],
        disabled=_split(found["disabled"][0]),
        safe=found["safe"][0] == "yes",
        divisions=tuple(Path(one).expanduser() for one in _split(found["divisions"][0])),
        plugin_dirs=tuple(Path(one).expanduser() for one in _split(found["plugin_dirs"][0])),
        origins={key: origin for key, (_, origin) in found.items()},
    )


def _defaults(environ: Mapping[str, str]) -> dict[str, str]:
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    base = environ.get("XDG_DATA_HOME") or "~/.local/share"
    return {
        "data_dir": f"{base}/jiuzhu",
        "database_url": "",
        "key_file": "",
        "user": "",
        "lang": "en" if locale.startswith("en") else "zh",
        "today": "",
        "review_mode": "anniversary",
        "disabled": "",
        "safe": "no",
        "divisions": "",
        "plugin_dirs": "",
    }


def _from_file(path: Path, problems: list[Problem]) -> tuple[str, dict[str, tuple[str, str]]]:
    if not path.is_file():
        return path.name, {}
    try:
        rows: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        text = Text(f"不是有效的 TOML：{error}", f"not valid TOML: {error}")
        problems.append(Problem(code="bad_toml", message=text, where=Where(file=str(path))))
        return path.name, {}
    return path.name, {
        key: (key, ",".join(value) if isinstance(value, list) else str(value)) for key, value in rows.items()
    }


def _from_environment(environ: Mapping[str, str]) -> tuple[str, dict[str, tuple[str, str]]]:
    rows = {name: value for name, value in environ.items() if name.startswith(PREFIX) and not name.startswith(FOREIGN)}
    return "environment", {name.removeprefix(PREFIX).lower(): (name, value) for name, value in rows.items()}


def _unknown(name: str, origin: str) -> Problem:
    shown = [f"{PREFIX}{key.upper()}" if origin == "environment" else key for key in KEYS]
    text = Text("未知的设置项", "unknown setting")
    return Problem(
        code="unknown_setting",
        message=text,
        where=Where(file=origin),
        value=name,
        allowed=tuple(shown),
        hint=did_you_mean(name, shown),
    )


def _today(found: tuple[str, str], problems: list[Problem]) -> date | None:
    value, origin = found
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        text = Text("日期应为 2018-04-27 的形式", "the date must look like 2018-04-27")
        problems.append(Problem(code="bad_setting", message=text, where=Where(file=origin), value=value))
        return None


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
