"""A run is killed at every point at which its process can die, and gone on with: the sweep over all of them."""
