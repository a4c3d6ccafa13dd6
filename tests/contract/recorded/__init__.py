"""Datadog's recorded exchanges, asked of the sandbox once more."""
