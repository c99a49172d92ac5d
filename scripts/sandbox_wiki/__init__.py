"""A real MediaWiki and a mailbox, embedded, for trying things out; standard library only."""
