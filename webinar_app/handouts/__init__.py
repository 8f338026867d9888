"""Files that go to everybody in a sitting at a chosen moment."""
