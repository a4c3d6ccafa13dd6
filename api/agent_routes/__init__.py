"""The agent API's routes."""
