"""Recusal and near-relative filing for Ruian."""

from core.plugin import declarative

plugin = declarative(__name__)
