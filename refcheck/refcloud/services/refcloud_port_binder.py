"""ML2 mechanism driver that binds every port at once: there is no agent and no dataplane."""

from typing import Any

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api


class PortBinder(api.MechanismDriver):
    """Binds to the first segment, as an Open vSwitch agent would have, and reports ACTIVE."""

    def initialize(self) -> None:
        """Need nothing."""

    @property
    def connectivity(self) -> str:
        """Plain layer 2."""
        return portbindings.CONNECTIVITY_L2

    def bind_port(self, context: Any) -> None:
        """Bind the port to its first segment."""
        for segment in context.segments_to_bind[:1]:
            context.set_binding(
                segment[api.ID],
                portbindings.VIF_TYPE_OVS,
                {portbindings.CAP_PORT_FILTER: True},
                status=constants.PORT_STATUS_ACTIVE,
            )
