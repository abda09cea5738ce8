"""`python -m scheduler.cli`: how the daemon starts its worker, whatever the PATH."""

from scheduler.cli import main

main()
