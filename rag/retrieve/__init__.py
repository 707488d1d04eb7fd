"""From a question to ranked pages, or a refusal."""
