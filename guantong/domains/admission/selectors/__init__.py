"""Every read of admission; ``access_…_for(actor, …)`` is the only way from an outside id to a row."""
