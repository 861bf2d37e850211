"""Recusal and near-relative filing for Ruian."""

from core.declarative import declarative

plugin = declarative(__name__)
