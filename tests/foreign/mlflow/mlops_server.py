"""A pytest plugin that puts this platform's server in the place of MLflow's, for MLflow's own test suites.

MLflow's tests start a server in three ways: a thread (ServerThread), a process of uvicorn (_init_server), and the
command `mlflow server`. Each of them starts ours instead, with what the test wanted as flags. Nothing in MLflow's
checkout is changed.

MLOPS_SERVER    the platform's executable, or its MLOps.AppHost.dll
MLOPS_POSTGRES  postgresql://user@host:port of a server that may have databases made in it; not set: SQLite, where the test put it
"""

import contextlib
import os
import subprocess
import sys
import time
import uuid

import pytest
import requests

SERVER = os.environ["MLOPS_SERVER"]
POSTGRES = os.environ.get("MLOPS_POSTGRES")
STARTS_WITHIN = 120  # seconds, on a machine that does other things

_real_popen = subprocess.Popen


def _command(*flags):
    return [*(["dotnet", SERVER] if SERVER.endswith(".dll") else [SERVER]), *flags]


def _environment(changes=None):
    environment = {**os.environ, **(changes or {})}
    for name in ("PYTHONPATH", "MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        environment.pop(name, None)
    return environment


def _store(uri):
    """The database that the test asked for, or one of PostgreSQL for each server."""
    if not POSTGRES or not uri.startswith("sqlite:"):
        return uri
    name = "suite_" + uuid.uuid4().hex
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", f"{POSTGRES}/postgres", "-c", f"CREATE DATABASE {name}"], check=True)
    return f"{POSTGRES}/{name}"


@contextlib.contextmanager
def _serve(port, backend_uri, artifact_root, changes=None):
    flags = ["--host", "127.0.0.1", "--port", str(port), "--backend-store-uri", _store(backend_uri)]
    if artifact_root:
        flags += ["--default-artifact-root", artifact_root]
    url = f"http://127.0.0.1:{port}"
    process = _real_popen(_command(*flags), env=_environment(changes))
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode}: {process.args}")
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{url}/health", timeout=5).ok:
                    break
            if time.monotonic() > deadline:
                raise RuntimeError(f"the server did not answer {url}/health within {STARTS_WITHIN} s")
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(60)


class _ServerThread:
    """Stands in for MLflow's: the application that it is given has its stores in mlflow.server.handlers."""

    def __init__(self, app, port):
        self._port = port

    def __enter__(self):
        from mlflow.server import handlers

        store = handlers._tracking_store
        self._server = _serve(self._port, store.db_uri, store.artifact_root_uri)
        return self._server.__enter__()

    def __exit__(self, *failure):
        return self._server.__exit__(None, None, None)


@contextlib.contextmanager
def _init_server(backend_uri, root_artifact_uri, extra_env=None, app=None, server_type="fastapi"):
    import mlflow

    from tests.helper_functions import get_safe_port

    mlflow.set_tracking_uri(None)
    with _serve(get_safe_port(), backend_uri, root_artifact_uri, extra_env) as url:
        yield url


class _Popen(_real_popen):
    """`mlflow server …` is our server with the same flags; every other command is what it says."""

    def __init__(self, args, *rest, **options):
        flags = None
        if isinstance(args, (list, tuple)):
            words = [str(word) for word in args]
            if words[:2] == ["mlflow", "server"]:
                flags = words[2:]
            elif words[:4] == [sys.executable, "-m", "mlflow", "server"]:
                flags = words[4:]
        if flags is not None:
            for place, flag in enumerate(flags):
                if flag == "--backend-store-uri":
                    flags[place + 1] = _store(flags[place + 1])
                elif flag.startswith("--backend-store-uri="):
                    flags[place] = "--backend-store-uri=" + _store(flag.split("=", 1)[1])
            args = _command(*flags)
            options["env"] = _environment(options.get("env"))
        super().__init__(args, *rest, **options)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    subprocess.Popen = _Popen
    sys.path.insert(0, os.getcwd())
    from tests.tracking import integration_test_utils

    integration_test_utils.ServerThread = _ServerThread
    integration_test_utils._init_server = _init_server
