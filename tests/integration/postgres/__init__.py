"""The stores on a real PostgreSQL; their promises hold for the fakes as well."""
