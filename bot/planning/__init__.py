"""Planning: a year of requests and a roster, led by the casework itself under a moved clock."""
