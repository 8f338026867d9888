"""Use cases of questions: asked, raised, dealt with."""
