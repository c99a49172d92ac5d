"""What comes in: found on the page, opened, read and judged; pure, without wiki, store or clock."""
