"""A real OpenStack from the package index: no root, no container, 127.0.0.1 only.

Keystone, Placement, Glance, Neutron, Nova, Cinder and Swift run their own API, policy,
scheduler and database code, in an environment of their own, on SQLite, one process each. What is
not real: the hypervisor is Nova's fake one, guests are a small SSH server of our own, ports are
bound by nobody, volumes are local files.
A pass against refcloud proves the harness and the API's behaviour, not a cloud.
"""

WHAT_IT_IS = (
    "The real API, policy, scheduler and database code of Keystone, Placement, Glance, Neutron, "
    "Nova, Cinder and Swift over a fake hypervisor: a server's guest is a small SSH server of our "
    "own, no packet flows, volumes are local files. A pass here proves the suite, not a cloud."
)
"""The sentence every command that starts it must show."""
