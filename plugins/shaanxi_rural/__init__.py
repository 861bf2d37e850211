"""Rural dibao in Shaanxi by the provincial measure of 2007."""

from core.declarative import declarative

plugin = declarative(__name__)
