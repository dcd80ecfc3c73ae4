"""Every read of the credit bank. ``access_…_for(actor)`` is the only way from an outside id to a row."""
