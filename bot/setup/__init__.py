"""Setting a network up: questions, answers and files; each answer is tried at once."""
