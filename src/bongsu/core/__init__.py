"""The pure core: what a run is and what must happen next. Standard library only; time is an argument."""
