"""Incidents that no rule was tuned on: told in the same way as the shipped ones, never shipped."""
