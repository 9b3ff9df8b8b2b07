"""The page in the admin where a region is made ready and opened, and what the dashboard says about it."""
