"""Declarations of statistical reports, one YAML file each."""
