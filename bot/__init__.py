"""The bot, the desk and the commands of a peer support network."""
