"""A region that leaves: exported, read in elsewhere, erased with every trace."""
