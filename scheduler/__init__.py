"""Puts the stages together and runs them: jobs (the composition), worker, daemon, command line."""
