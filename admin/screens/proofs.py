"""Proofs of meetings, visits and postings: sent by right, always as attachments."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from admin.sending import kept_file
from admin.work import reading
from core.casework.rounds.proof_file import read_proof

screen = Blueprint("proofs", __name__, url_prefix="/proofs")


@screen.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """Send a photograph or scan."""
    with reading() as desk:
        return kept_file(read_proof(desk, number))
