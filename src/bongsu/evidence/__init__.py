"""Evidence: what a run leaves for a reader who trusts nothing that cannot be computed again."""
