"""Setting up and serving the portal on one machine: what `make run` calls, and the server of production."""
