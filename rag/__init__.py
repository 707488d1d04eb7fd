"""The engine: from a file to a cited answer. Knows no Prefect, no FastAPI, no database."""
