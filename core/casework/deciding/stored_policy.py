"""Policies stored whole under their hash: content-addressed, written once, rebuilt without any plugin."""

from __future__ import annotations

import hashlib
import json
import zlib

import rfc8785
from sqlalchemy.orm import Session

from core.errors import JiuzhuError, Text
from core.rulebook import Rulebook
from core.rulebook_json import documents_from, documents_json, restored
from core.store.tables import StoredPolicy


def store_policy(session: Session, book: Rulebook, *, moment: str) -> str:
    """Keep a rulebook under its hash, if it is not kept yet, and return the hash."""
    if session.get(StoredPolicy, book.hash) is None:
        body = zlib.compress(rfc8785.dumps(book.canonical()), 9)
        session.add(StoredPolicy(hash=book.hash, recorded_at=moment, body=body, documents=documents_json(book)))
        session.flush()
    return book.hash


def load_policy(session: Session, policy_hash: str) -> Rulebook:
    """Rebuild a rulebook from what was stored.

    Raises:
        JiuzhuError: ``policy_missing``; ``policy_altered`` when the stored bytes do not have the hash they stand under.
    """
    row = session.get(StoredPolicy, policy_hash)
    if row is None:
        raise JiuzhuError("policy_missing", Text("没有存储这一规则", "no such policy is stored"), value=policy_hash)
    try:
        body = zlib.decompress(row.body)
    except zlib.error as error:
        raise _altered(policy_hash) from error
    if hashlib.sha256(body).hexdigest() != policy_hash:
        raise _altered(policy_hash)
    return restored(json.loads(body), documents_from(row.documents))


def _altered(policy_hash: str) -> JiuzhuError:
    text = Text("存储的规则被改动，与其校验值不符", "the stored policy was altered: it does not have its own hash")
    return JiuzhuError("policy_altered", text, value=policy_hash)
