"""Run a console script of the services (nova-manage, ...) with SQLite tuned.

Usage: run_tool.py SCRIPT ARGUMENT...
"""

import runpy
import sys

import refcloud_sqlite  # noqa: F401  (tunes SQLite when imported)

sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
