"""The national rules a dibao case between 1999 and June 2021 stands on."""

from core.declarative import declarative

plugin = declarative(__name__)
