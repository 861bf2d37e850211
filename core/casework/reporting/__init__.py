"""What is counted and sent up: statistics, closed reports, budget plans, lists."""
