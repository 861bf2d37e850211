"""Many households at once: snapshots of a caseload as Arrow columns, and the columnar writer run over them.

Nothing here knows a database, a case or a particular place: rulebooks and batches of households come in, columns out.
"""
