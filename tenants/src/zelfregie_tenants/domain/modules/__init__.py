"""The modules of a region at run time: what each adds, what it needs, what a switch does, and which version it has."""
