"""What readers teach, from proposal to release: validated answers, corrected words, synonyms."""
