"""What a ledger says, and how far a row has come. No Django."""
