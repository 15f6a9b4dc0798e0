"""D: dates and procedure."""
