"""The township review committee and the notice boards of Datong district's rural dibao plan."""

from core.declarative import declarative

plugin = declarative(__name__)
