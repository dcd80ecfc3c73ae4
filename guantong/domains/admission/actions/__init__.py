"""Every write of admission: lock, mandate, law, rules, write, audit; in that order, each in one transaction."""
