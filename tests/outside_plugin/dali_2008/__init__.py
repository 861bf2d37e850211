"""Rural dibao of Dali county in 2008 (made up for the tests)."""

from core.plugin import declarative

plugin = declarative(__name__)
