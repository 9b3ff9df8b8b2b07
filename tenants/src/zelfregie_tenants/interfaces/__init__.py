"""What the platform adds to the admin of a site."""
