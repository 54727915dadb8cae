"""Work that is done after the answer: kept in the database, tried again, never lost."""
