"""销号: what an application is about, what a signature saw, how a person stands to it, and when it lapses."""
