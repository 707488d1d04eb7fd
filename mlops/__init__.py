"""The life cycle: pipeline, validation, monitoring, feedback, releases."""
