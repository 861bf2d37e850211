"""Writing files that hold personal data: whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
from pathlib import Path

from core.errors import JiuzhuError, Text


def write_secret(file: Path, content: bytes) -> None:
    """Write a file for the owner's eyes only.

    Raises:
        JiuzhuError: ``cannot_write``.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as target:
            target.write(content)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        text = Text("无法写出文件，请检查目录和磁盘空间", "cannot write the file; check the folder and the disk")
        raise JiuzhuError("cannot_write", text, value=str(file)) from error
