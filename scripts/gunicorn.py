"""The server of `make run`: two processes, so that a long report stops nobody, and few words."""

import sys
from importlib import import_module

workers = 2
threads = 4
worker_class = "gthread"
timeout = 120
graceful_timeout = 2
loglevel = "warning"
control_socket_disable = True
# Loaded once and shared: a start takes half the time, and the second process little memory.
preload_app = True


def when_ready(server):
    import_module("project.urls")  # else each process would load all pages when the first visitor comes
    host, port = server.address[0]
    sys.stdout.write(f"\nEvidenca is at http://{host}:{port} — Ctrl-C stops it.\n")
    sys.stdout.flush()
