"""What only the site of Zuid-Limburg has: a section on its home page and a line below it."""
