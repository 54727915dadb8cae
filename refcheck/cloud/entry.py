"""One cloud's entry in `clouds.yaml`, read by the SDK; what is wrong with it, told plainly."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import openstack.config
import yaml
from keystoneauth1 import exceptions as ks
from openstack.config.cloud_region import CloudRegion
from openstack.exceptions import ConfigException, SDKException

from refcheck.errors import CloudConfigFault, RefcheckError


def region_of(name: str) -> CloudRegion:
    """What `clouds.yaml` and the environment say of the cloud of that name.

    Raises:
        CloudConfigFault: no such cloud, or its entry is incomplete.
    """
    _check_named_file()
    try:
        config = openstack.config.OpenStackConfig()
        known = [cloud for cloud in config.get_cloud_names() if cloud]
        if name not in known and name != "envvars":
            near = difflib.get_close_matches(name, known, n=3) or sorted(known)[:5]
            raise CloudConfigFault(
                f"clouds.yaml has no cloud {name!r}",
                where=str(config.config_filename or "clouds.yaml"),
                next_step=f"Did you mean {', '.join(near)}?"
                if near
                else "Describe it in ./clouds.yaml or ~/.config/openstack/clouds.yaml.",
            )
        region: CloudRegion = config.get_one(cloud=name)
    except (SDKException, ConfigException, ks.ClientException) as error:
        raise incomplete(name, error) from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CloudConfigFault(
            f"clouds.yaml cannot be read ({error})",
            where=name,
            next_step="Mend the file; `openstack --os-cloud NAME catalog list` should work.",
        ) from error
    if not isinstance(region.config.get("auth"), dict):
        raise incomplete(name, ValueError("it has no `auth`"))
    return region


def _check_named_file() -> None:
    """The SDK passes over a file that it cannot read, and then takes another one: say so."""
    named = os.environ.get("OS_CLIENT_CONFIG_FILE")
    if not named:
        return
    try:
        yaml.safe_load(Path(named).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CloudConfigFault(
            f"cannot be read ({' '.join(str(error).split())})",
            where=named,
            next_step="Mend the file that OS_CLIENT_CONFIG_FILE names, or unset the variable.",
        ) from error


def incomplete(name: str, error: Exception) -> RefcheckError:
    """The error to raise for an entry that lacks something."""
    return CloudConfigFault(
        f"its entry in clouds.yaml does not suffice ({error})",
        where=name,
        next_step="Give auth_url and credentials; see the openstacksdk documentation.",
    )
