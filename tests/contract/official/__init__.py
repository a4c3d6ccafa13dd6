"""Datadog's official client, asking for each operation that the sandbox serves."""
