"""What the store gives back, and is told: one frozen record for each question, by topic."""
