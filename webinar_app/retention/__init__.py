"""How long what people said and used is kept, and what a legal hold keeps longer."""
