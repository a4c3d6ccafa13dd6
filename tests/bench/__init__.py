"""Measurements that people run by hand: how a part behaves as what it holds grows."""
