"""Other APIs over the same services: thin files that speak another document's names, bodies and errors."""
