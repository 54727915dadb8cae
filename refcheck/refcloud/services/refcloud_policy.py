"""Read a service's policy once, when it is imported before the service.

oslo.policy looks for changed files, and goes through every rule that it knows, at each decision:
one part in fifteen of what a request costs. Nobody edits the policy of this cloud while it runs.
"""

from typing import Any

from oslo_policy import policy

_load_rules = policy.Enforcer.load_rules


def _load_new_rules(self: Any, force_reload: bool = False) -> None:
    known = len(self.registered_rules)
    if force_reload or known != getattr(self, "_refcloud_known", None):
        _load_rules(self, force_reload)
        self._refcloud_known = known


policy.Enforcer.load_rules = _load_new_rules
