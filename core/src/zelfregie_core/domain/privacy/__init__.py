"""Personal data: what is declared, and what follows from it. Everything is about the current region."""
