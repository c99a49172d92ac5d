"""The desk: the quiet pages behind the links in our mails (PROTOCOL section 4)."""
