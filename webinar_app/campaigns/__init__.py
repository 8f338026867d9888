"""Mails of a course in coordinators' words: the planned set around a sitting, and messages to some of its people."""
