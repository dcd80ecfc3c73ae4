"""People: identity numbers kept encrypted with a keyed index, one learning account a person, merge and undo, consent."""
