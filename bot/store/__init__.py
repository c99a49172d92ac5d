"""The store: everything that must survive, in one database, one transaction a step."""
