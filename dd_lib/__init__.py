"""Datadog: the client, its resources, and a stand-in for demos and tests."""
