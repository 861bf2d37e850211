"""One yearly duty of a township whose name the source does not give."""

from core.declarative import declarative

plugin = declarative(__name__)
