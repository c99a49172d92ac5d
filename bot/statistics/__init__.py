"""What can be told of a quarter without telling of anybody."""
