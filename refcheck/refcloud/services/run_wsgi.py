"""Keystone, Placement or Glance: one WSGI application on native threads.

Usage: run_wsgi.py keystone|placement|glance
"""

import sys

import refcloud_env
import refcloud_process

NAME = sys.argv[1]
refcloud_process.detach(refcloud_env.HOME / "run" / f"{NAME}.pid")

import importlib
import os

import refcloud_policy  # noqa: F401  (makes decisions cheaper when imported)
import refcloud_sqlite

os.environ.update(
    OS_KEYSTONE_CONFIG_FILES=refcloud_env.etc("keystone", "keystone.conf"),
    OS_PLACEMENT_CONFIG_DIR=refcloud_env.etc("placement"),
    OS_GLANCE_CONFIG_DIR=refcloud_env.etc("glance"),
)
with refcloud_process.exits_on_failure():
    from oslo_service import backend

    backend.init_backend(backend.BackendType.THREADING)
    refcloud_sqlite.serialize_writers()
    sys.argv = [NAME]  # the application parses it
    if NAME == "glance":
        import refcloud_glance_store  # noqa: F401  (makes empty volumes cheap when imported)
    import refcloud_httpd

    application = importlib.import_module(f"{NAME}.wsgi.api").application
    refcloud_httpd.serve(application, NAME, threads=12)
