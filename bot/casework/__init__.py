"""What becomes of a request: case, roster, matching, mails, limits; pure, with time handed in."""
