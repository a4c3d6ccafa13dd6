"""Notifications on a real desktop."""
