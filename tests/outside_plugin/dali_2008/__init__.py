"""Rural dibao of Dali county in 2008 (made up for the tests)."""

from core.declarative import declarative

plugin = declarative(__name__)
