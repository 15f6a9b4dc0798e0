"""督办: what is known of the matters of an inspection, and how people stand to its papers."""
