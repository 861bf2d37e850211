"""The two disability subsidies."""

from core.plugin import declarative

plugin = declarative(__name__)
