"""Persons, people in office and their kin: who is who, who must step out, who is filed."""
