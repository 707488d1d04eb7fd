"""One module a room of the service; each has a ``router``."""
