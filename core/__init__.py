"""What assistance is: provisions, the cascade, formulas, assessment. Knows no web and no particular place."""
