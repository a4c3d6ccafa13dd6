"""The `rayne` command."""
