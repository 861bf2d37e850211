"""Standards and published figures of Shuangyashan, from a city report whose year is blanked."""

from core.declarative import declarative

plugin = declarative(__name__)
