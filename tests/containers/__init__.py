"""What ships for containers and clusters, held to the code and tried as far as a machine allows."""
