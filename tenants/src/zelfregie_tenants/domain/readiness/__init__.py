"""Whether a region is ready for visitors, opening it, and looking again every week."""
