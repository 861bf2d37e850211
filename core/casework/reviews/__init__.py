"""What comes round: reviews, samples, dated duties, coverage, the problem register, the working calendar."""
