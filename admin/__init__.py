"""The web: what a deployment shows to its staff. Views are thin; the rules live below."""
