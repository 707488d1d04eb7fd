"""Pure functions: CER, recall@k, MRR, nDCG, citation precision."""
