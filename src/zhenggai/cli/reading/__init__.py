"""From the arguments of a command to plans: which files are meant, reading them one after another, showing each."""
