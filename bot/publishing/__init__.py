"""What is published on the wiki: the release's pages, how they stand, and the bot's key page."""
