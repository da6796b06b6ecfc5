"""What was scored in earlier weeks, and what the user decided on it."""
