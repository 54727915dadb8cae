"""How a run and its verdict are told: on the terminal and as a page. Only reads, never decides."""
