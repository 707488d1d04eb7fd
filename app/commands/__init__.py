"""One module a command, loaded when it is typed; each has ``register(app)``."""
