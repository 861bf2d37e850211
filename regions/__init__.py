"""Where and since when: divisions, the registry of provisions, and the composition root."""
