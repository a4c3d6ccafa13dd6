"""The sandbox's HTTP routes, one file per resource."""
