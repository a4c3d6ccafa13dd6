"""The scenarios that the sandbox ships with, told in code; make_scenarios.py writes them out."""
