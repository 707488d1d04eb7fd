"""The tables of the record of truth, as the newest migration leaves them."""
