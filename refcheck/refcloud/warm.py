"""Send one authenticated request to every API, so that nothing is made lazily afterwards."""

import http.client
import json
from collections.abc import Collection
from typing import Any

from refcheck.errors import RefcloudFault
from refcheck.refcloud.settings import Settings

_TIMEOUT = 60
_OK = range(200, 300)
_REQUESTS = (
    ("keystone", "/v3/projects"),
    ("glance", "/v2/images"),
    ("placement", "/resource_providers"),
    ("neutron", "/v2.0/networks"),
    ("neutron", "/v2.0/security-groups"),
    ("nova", "/v2.1/servers/detail"),
    ("nova", "/v2.1/os-services"),
    ("cinder", "/v3/{project}/volumes/detail"),
    ("swift", "/v1/AUTH_{project}"),
)


def warm(settings: Settings, services: Collection[str]) -> None:
    """Send the requests to these services, as the administrator.

    Raises:
        RefcloudFault: one of them is not answered by a 2xx.
    """
    token, project = _token(settings)
    for name, path in _REQUESTS:
        if name in services:
            port = settings.ports[name]
            _call(name, port, "GET", path.format(project=project), headers={"X-Auth-Token": token})


def _token(settings: Settings) -> tuple[str, str]:
    domain = {"domain": {"id": "default"}}
    user = {"name": "admin", "password": settings.passwords["admin"], **domain}
    auth = {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": {"name": "admin", **domain}},
    }
    answer, body = _call(
        "keystone",
        settings.ports["keystone"],
        "POST",
        "/v3/auth/tokens",
        body=json.dumps({"auth": auth}),
        headers={"Content-Type": "application/json"},
    )
    return answer.headers["X-Subject-Token"], json.loads(body)["token"]["project"]["id"]


def _call(
    name: str, port: int, method: str, path: str, **request: Any
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
    try:
        connection.request(method, path, **request)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise _not_ready(name, port, f"does not answer {method} {path}: {error}") from error
    finally:
        connection.close()
    if answer.status not in _OK:
        raise _not_ready(name, port, f"answers {method} {path} with {answer.status}")
    return answer, body


def _not_ready(name: str, port: int, what: str) -> RefcloudFault:
    return RefcloudFault(
        f"{name} {what}",
        next_step="Look at its log (`refcheck refcloud status` names it), then try "
        "`refcheck refcloud up --rebuild`.",
        where=f"127.0.0.1:{port}",
    )
