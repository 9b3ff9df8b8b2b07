"""A region made step by step in the hub's admin: from answers to an instance folder, and from there to its launch."""
