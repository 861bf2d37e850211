"""What is owed and what was paid: months, payrolls, the bank, ledgers, funds."""
