"""What is measured, and against which peer. Ratios within one run; never a test."""
