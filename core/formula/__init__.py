"""Formulas: an Excel-like text, checked once, written twice (scalar and columnar) with one meaning."""
