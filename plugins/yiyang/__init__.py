"""Urban and rural dibao standards of Yiyang, 2018."""

from core.declarative import declarative

plugin = declarative(__name__)
