"""How the machine room sees the platform: alive, ready, figures and request ids. Never a person, path or region."""
