"""The database: tables, sessions, migrations, backup, encryption. What the rows mean lives in ``core.casework``."""
