"""Does this cloud, and the metal it sits on, do what the guideline says?"""

__version__ = "0.1.0"
