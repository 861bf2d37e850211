"""Papers: what is printed for a household, filled from its case or blank, on A4."""
