"""A case's way: application, stages under their clocks, decision, change, exit; driven by the procedure in force."""
