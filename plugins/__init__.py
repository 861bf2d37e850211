"""Who has ruled what: one folder a plugin, built exactly as one from outside would be."""
