"""What is known of the French language and of photographic notation; below all leaves."""
