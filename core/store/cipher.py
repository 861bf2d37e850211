"""Encryption of personal data: AES-GCM with the key's id in front, and blind indexes for exact search.

The additional data of a value is its ``table.column`` and what its row is known by, so that a ciphertext moved to
another column or to another person's row does not open. Keys live in a file outside the database; the index has a key
of its own, which rotation leaves alone.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import JiuzhuError, Text

NONCE = 12
ID = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cipher:
    """Keys by id (8 hexadecimal characters), which of them encrypts, and the key of the blind index."""

    keys: Mapping[str, bytes]
    current: str
    index_key: bytes

    def seal(self, text: str, field: str, *, row: str) -> bytes:
        """Encrypt the text of a field (``person.name``) of a row (a person's token) under the current key."""
        nonce = os.urandom(NONCE)
        body = AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), _bound(field, row))
        return self.current.encode() + nonce + body

    def open(self, sealed: bytes, field: str, *, row: str) -> str:
        """Decrypt a field of a row.

        Raises:
            JiuzhuError: ``missing_key``, naming the key's id; ``altered_secret``, naming field and row, when it
                does not open.
        """
        name = self.key_of(sealed)
        if name not in self.keys:
            text = Text(f"缺少密钥 {name}", f"key {name} is missing")
            hint = Text("请把密钥文件放回（JIUZHU_KEY_FILE）", "put the key file back (JIUZHU_KEY_FILE)")
            raise JiuzhuError("missing_key", text, hint=hint, value=name)
        try:
            nonce, body = sealed[ID : ID + NONCE], sealed[ID + NONCE :]
            return AESGCM(self.keys[name]).decrypt(nonce, body, _bound(field, row)).decode()
        except (InvalidTag, ValueError) as error:  # a ValueError: too short to be anything sealed
            text = Text(
                "加密内容与密钥、栏目或所属记录不符", "the encrypted content does not fit its key, field or row"
            )
            hint = Text(
                "可能被改动或与他人互换，请在审计日志中核对登记",
                "altered, or another's: hold the rows against the trail",
            )
            raise JiuzhuError("altered_secret", text, hint=hint, value=f"{field} {row}") from error

    @staticmethod
    def key_of(sealed: bytes) -> str:
        """Return the id of the key a value was encrypted under."""
        return sealed[:ID].decode("ascii", "replace")

    def index(self, text: str, field: str) -> str:
        """Return the blind index of a value: equal texts of one field have equal indexes, which say nothing else."""
        return hmac.digest(self.index_key, f"{field}\0{text}".encode(), "sha256").hex()

    def rotated(self) -> Cipher:
        """Return a cipher that encrypts under a new key and still opens what the old ones sealed."""
        name = secrets.token_hex(ID // 2)
        return Cipher(keys={**self.keys, name: os.urandom(32)}, current=name, index_key=self.index_key)

    def without(self, retired: frozenset[str]) -> Cipher:
        """Return the cipher without keys nothing is sealed under any more; the current one always stays."""
        kept = {name: key for name, key in self.keys.items() if name not in retired or name == self.current}
        return Cipher(keys=kept, current=self.current, index_key=self.index_key)


def _bound(field: str, row: str) -> bytes:
    return f"{field}\0{row}".encode()


def new_cipher() -> Cipher:
    """Make a cipher with fresh keys."""
    name = secrets.token_hex(ID // 2)
    return Cipher(keys={name: os.urandom(32)}, current=name, index_key=os.urandom(32))


def load_cipher(path: Path) -> Cipher:
    """Read the keys of a file.

    Raises:
        JiuzhuError: ``missing_key_file``, ``bad_key_file``.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        keys = {name: base64.b64decode(text, validate=True) for name, text in body["keys"].items()}
        cipher = Cipher(keys=keys, current=body["current"], index_key=base64.b64decode(body["index"], validate=True))
    except OSError as error:
        text = Text("找不到密钥文件", "the key file is not there")
        hint = Text("请放回密钥文件或设置 JIUZHU_KEY_FILE", "put it back or set JIUZHU_KEY_FILE")
        raise JiuzhuError("missing_key_file", text, hint=hint, value=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        text = Text("密钥文件内容有误", "the key file is damaged")
        raise JiuzhuError("bad_key_file", text, value=str(path)) from error
    if cipher.current not in keys or any(len(key) != 32 for key in (*keys.values(), cipher.index_key)):
        raise JiuzhuError("bad_key_file", Text("密钥文件内容有误", "the key file is damaged"), value=str(path))
    return cipher


def make_cipher(path: Path) -> None:
    """Write a file of fresh keys unless there is one: of two who make it at once, both use the first's."""
    beside = _written(new_cipher(), path)
    with suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()
    _keep(path.parent)


def save_cipher(cipher: Cipher, path: Path) -> None:
    """Write the keys for the owner's eyes only, whole or not at all."""
    _written(cipher, path).replace(path)
    _keep(path.parent)


def _keep(folder: Path) -> None:
    """Let a folder's names last through a power cut: a key nobody can read any more is lost with all it sealed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written(cipher: Cipher, path: Path) -> Path:
    """Write the keys to a file beside the one meant."""
    body = {
        "keys": {name: base64.b64encode(key).decode() for name, key in cipher.keys.items()},
        "current": cipher.current,
        "index": base64.b64encode(cipher.index_key).decode(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
    return beside
