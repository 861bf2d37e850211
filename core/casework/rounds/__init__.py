"""Work many cases share: meetings, visit rounds, posting sheets."""
