"""The catalogue: French and English side by side, by room. Read through ``app.messages``."""
