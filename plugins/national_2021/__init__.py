"""The national rules in force since July 2021: dibao, margin households, special hardship, essential expenditure."""

from core.declarative import declarative

plugin = declarative(__name__)
