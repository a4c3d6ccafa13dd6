"""The world, one technology per file."""
