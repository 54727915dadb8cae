"""One cloud's entry in `clouds.yaml`, read by the SDK; what is wrong with it, told plainly."""

from __future__ import annotations

import difflib
import os
import warnings
from pathlib import Path

import yaml
from keystoneauth1 import exceptions as ks
from keystoneauth1.session import Session
from openstack.config import OpenStackConfig
from openstack.config.cloud_region import CloudRegion
from openstack.exceptions import ConfigException, SDKException

from refcheck.cloud import redaction
from refcheck.cloud.login import incomplete
from refcheck.cloud.scrubbing import Scrubber
from refcheck.errors import CloudConfigFault


def region_of(name: str) -> CloudRegion:
    """What `clouds.yaml` and the environment say of the cloud of that name.

    Raises:
        CloudConfigFault: no such cloud, or its entry is incomplete.
    """
    _check_named_file()
    try:
        config = OpenStackConfig()
        known = [cloud for cloud in config.get_cloud_names() if cloud]
        if name not in known and name != "envvars":
            # Where it finds none, the SDK makes up a cloud of that name.
            told = [cloud for cloud in known if cloud != "defaults"]
            near = difflib.get_close_matches(name, told, n=3) or sorted(told)[:5]
            file = config.config_filename
            raise CloudConfigFault(
                f"{'clouds.yaml has' if file else 'without a clouds.yaml there is'} no cloud"
                f" {name!r}",
                where=str(file or "clouds.yaml"),
                next_step=f"Did you mean {', '.join(near)}?"
                if near
                else "Describe it in ./clouds.yaml or ~/.config/openstack/clouds.yaml.",
            )
        region = _one(config, name)
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


def _one(config: OpenStackConfig, name: str) -> CloudRegion:
    with warnings.catch_warnings():
        # Told to everybody: the SDK's own defaults are a configuration of InfluxDB.
        warnings.filterwarnings("ignore", "Support for InfluxDB")
        region: CloudRegion = config.get_one(cloud=name)
    return region


def session_of(name: str, region: CloudRegion, scrubber: Scrubber) -> Session:
    """A session with the credentials of the entry, which has not logged in yet.

    Args:
        scrubber: learns the entry's secrets.

    Raises:
        CloudConfigFault: the entry is incomplete.
    """
    try:
        session: Session = region.get_session()
    except (SDKException, ks.ClientException) as error:
        raise incomplete(name, error) from error
    for key, value in region.config["auth"].items():
        if redaction.is_secret(key):
            scrubber.know(value)
    return session


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
