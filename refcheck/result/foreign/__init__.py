"""Results of other tools: one reader per form."""
