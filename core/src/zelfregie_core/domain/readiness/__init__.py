"""Whether a site is ready for visitors: core's own checks, and running those of everybody."""
