"""Storms of deliveries while everything is killed: nothing lost, nothing doubled."""
