"""What the world can check without this registry: signed claims, in a tree of plain files."""
