"""From words typed to a query: language, terms and their synonyms, spelling, filters, context."""
