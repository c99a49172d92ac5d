"""What `scripts/bench` measures, and beside what."""
