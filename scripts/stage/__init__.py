"""Everything on one machine: sandbox, network, mailbox and browser, for the demo and the tests."""
