"""Casework: the life of a case under its region's procedure, kept in the database.

Every write goes one way: permission, state check, change, event, in one transaction (see ``desk``).
"""
