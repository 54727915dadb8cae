"""Who is told of what happened here: by mail, by webhook, and in feeds."""
