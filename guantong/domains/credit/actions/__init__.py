"""Every write of the credit bank. Each action: lock, mandate, law, rules, write, audit line, notices on commit."""
