"""Makes the sample collection: texts → typeset pages → scans, files and their truth."""
