"""The two disability subsidies."""

from core.declarative import declarative

plugin = declarative(__name__)
