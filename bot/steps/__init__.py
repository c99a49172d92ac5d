"""The steps: each does one unit of work and says whether there was any."""
