"""Measurements that people run by hand: they need a quiet machine, and so are no tests."""
