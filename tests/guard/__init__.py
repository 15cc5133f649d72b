"""A run and its guard: what they say to each other, and what the guard makes of silence."""
