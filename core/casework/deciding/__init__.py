"""Facts by version, what the rules say of them, what was decided, and recomputing it."""
