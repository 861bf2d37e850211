"""Re-decision batches (批量调标): a published amendment brought to every household it concerns."""
