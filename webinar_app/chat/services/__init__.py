"""Use cases of chat, in files by what they do."""
