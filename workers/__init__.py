"""Processes that serve Temporal's task queues."""
