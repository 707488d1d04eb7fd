"""What people touch: the API, the web page, the command line."""
