"""`python -m cli`: the `rayne` command from a tree that is not installed."""

from cli.main import main

main()
