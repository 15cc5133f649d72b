"""The shell around the pure core: the loop, what it performs, and the wiring of its drivers."""
