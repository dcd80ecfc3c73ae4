"""The spreadsheets of the credit bank, column by column."""
