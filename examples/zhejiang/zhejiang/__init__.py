"""浙江省社会救助规则 / rules of social assistance of 浙江省."""

from core.declarative import declarative

plugin = declarative(__name__)
