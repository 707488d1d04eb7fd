"""The lexical arrays, the vectors, and the release folder that holds them."""
