"""The whole life of two cases, on a real database (``jiuzhu life``). Everything in it is made up and says so."""
