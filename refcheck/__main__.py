"""`python -m refcheck` is the `refcheck` command."""

from refcheck.cli import main

main()
