"""Documents that arrive while the service runs: received, checked, read by a job in a child."""
