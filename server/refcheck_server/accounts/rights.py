"""Who may do what: one table, which every view and every command asks.

A row is an action, a column a role. `own` means that the action reaches only what belongs to a
vendor of the one who asks: for a submitter every vendor of theirs, for a vendor administrator the
vendors that they administer. docs/reference/rights.md is written from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What someone is to the registry."""

    ANYONE = "anyone"
    """Not signed in."""
    SUBMITTER = "submitter"
    """Has an account; may belong to vendors."""
    VENDOR_ADMINISTRATOR = "vendor administrator"
    """A submitter who speaks for a vendor; given by the vendor, not by the registry."""
    REVIEWER = "reviewer"
    """Decides on submissions."""
    ADMINISTRATOR = "administrator"
    """Runs the registry."""
    AUDITOR = "auditor"
    """Sees everything and changes nothing."""


ACCOUNT_ROLES = (Role.SUBMITTER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)
"""What the registry makes an account; each account is one of these."""
SECOND_FACTOR_ROLES = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})
"""These act only after a second factor; until then they may do what a submitter may."""


class Reach(StrEnum):
    """How far a right goes."""

    NO = "no"
    OWN = "own"
    YES = "yes"


class Scope(StrEnum):
    """What an API token can be good for; it never reaches further than its account."""

    RESULTS = "results"
    """Send results."""
    KEYS = "keys"
    """Register and revoke the account's public keys."""
    VENDORS = "vendors"
    """Change the account's vendors and their products, and say which clouds run them."""
    REVIEWS = "reviews"
    """Apply for marks, and review applications."""
    READ = "read"
    """Read what only this account may see."""
    ADMINISTER = "administer"
    """Administer the registry."""


TOKEN_DAYS, MOST_TOKEN_DAYS = 90, 365
"""Until a token expires, usually and at most; there is none that never does."""


class Action(StrEnum):
    """Everything that can be asked of the registry."""

    BROWSE = "see what is published"
    WATCH = "see whether the registry is well"
    SIGN_IN = "sign in and out"
    SEND_RESULT = "send a result"
    SEND_REFSTACK_RESULT = "send a result as refstack-client does"
    MANAGE_REFSTACK_RESULT = "share, change and take back one's own result of refstack-client"
    SEE_PRIVATE_RESULT = "see a result that another account has not shared"
    SEE_OWN_ACCOUNT = "see one's own account"
    MANAGE_OWN_ACCOUNT = "change one's own password, tokens and sessions"
    MANAGE_OWN_KEYS = "register and revoke one's own public keys"
    SEE_ACCOUNTS = "see all accounts"
    MANAGE_ACCOUNTS = "add accounts, change roles, revoke tokens and keys"
    MANAGE_CLOUDS = "name clouds and decide who holds them"
    REGISTER_VENDOR = "register a vendor"
    SEE_PRIVATE_VENDOR = "see a vendor that is not public, and who belongs to one"
    EDIT_VENDOR = "change what a vendor says of itself"
    DECIDE_ON_VENDOR = "approve and decline vendors"
    ACCEPT_INVITATION = "join a vendor that invites"
    MANAGE_MEMBERS = "invite members of a vendor, give them places, remove them"
    LEAVE_VENDOR = "leave a vendor"
    EDIT_PRODUCTS = "add and change products and versions"
    LINK_CLOUD = "say which product version a cloud runs, as its holder"
    ATTACH_EVIDENCE = "attach evidence to one's own result, and take it back"
    SUBSCRIBE = "choose which notices one gets by mail"
    MANAGE_WEBHOOKS = "register webhooks of a vendor, see what was sent to them, name its feed"
    SEE_JOBS = "see background jobs"
    MANAGE_JOBS = "try again or forget background jobs that failed"
    SEE_APPLICATIONS = "see applications for marks that are not published"
    APPLY = "write an application, accept the agreement, ask for waivers, renew"
    COMMENT = "say something about an application"
    MOVE_APPLICATION = "move an application on, as the table of transitions says"
    REVIEW = "decide on waivers, endorse an application"
    ASSIGN_REVIEWER = "give an application to a reviewer"
    SEE_FLOW = "see how applications flow"
    PUBLISH = "sign checkpoints and claims, publish, and take claims back"
    SEE_LOG = "read and check the audit log"
    OPERATE = "back up, restore and upgrade the database"


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the table.

    Attributes:
        scope: with which a token may do it; None when no token can.
        reach: how far each role goes.
    """

    scope: Scope | None
    reach: Mapping[Role, Reach]


def _row(scope: Scope | None, *reach: Reach) -> Right:
    return Right(scope, MappingProxyType(dict(zip(Role, reach, strict=True))))


_YES, _OWN, _NO = Reach.YES, Reach.OWN, Reach.NO

# fmt: off
RIGHTS: Mapping[Action, Right] = MappingProxyType({
    # by columns: anyone, submitter, vendor administrator, reviewer, administrator, auditor
    Action.BROWSE:             _row(None,              _YES, _YES, _YES, _YES, _YES, _YES),
    Action.WATCH:              _row(None,              _YES, _YES, _YES, _YES, _YES, _YES),
    Action.SIGN_IN:            _row(None,              _YES, _YES, _YES, _YES, _YES, _YES),
    Action.SEND_RESULT:        _row(Scope.RESULTS,     _NO , _YES, _YES, _YES, _YES, _NO),
    Action.SEND_REFSTACK_RESULT:   _row(None,          _YES, _YES, _YES, _YES, _YES, _YES),
    Action.MANAGE_REFSTACK_RESULT: _row(Scope.RESULTS, _NO , _YES, _YES, _YES, _YES, _NO),
    Action.SEE_PRIVATE_RESULT: _row(Scope.READ,        _NO , _NO , _NO , _NO , _YES, _YES),
    Action.SEE_OWN_ACCOUNT:    _row(Scope.READ,        _NO , _YES, _YES, _YES, _YES, _YES),
    Action.MANAGE_OWN_ACCOUNT: _row(None,              _NO , _YES, _YES, _YES, _YES, _YES),
    Action.MANAGE_OWN_KEYS:    _row(Scope.KEYS,        _NO , _YES, _YES, _YES, _YES, _NO),
    Action.SEE_ACCOUNTS:       _row(Scope.READ,        _NO , _NO , _NO , _NO , _YES, _YES),
    Action.MANAGE_ACCOUNTS:    _row(Scope.ADMINISTER,  _NO , _NO , _NO , _NO , _YES, _NO),
    Action.MANAGE_CLOUDS:      _row(Scope.ADMINISTER,  _NO , _NO , _NO , _NO , _YES, _NO),
    Action.REGISTER_VENDOR:    _row(Scope.VENDORS,     _NO , _YES, _YES, _YES, _YES, _NO),
    Action.SEE_PRIVATE_VENDOR: _row(Scope.READ,        _NO , _OWN, _OWN, _YES, _YES, _YES),
    Action.EDIT_VENDOR:        _row(Scope.VENDORS,     _NO , _NO , _OWN, _NO , _YES, _NO),
    Action.DECIDE_ON_VENDOR:   _row(Scope.ADMINISTER,  _NO , _NO , _NO , _NO , _YES, _NO),
    Action.ACCEPT_INVITATION:  _row(None,              _NO , _YES, _YES, _YES, _YES, _NO),
    Action.MANAGE_MEMBERS:     _row(Scope.VENDORS,     _NO , _NO , _OWN, _NO , _YES, _NO),
    Action.LEAVE_VENDOR:       _row(None,              _NO , _OWN, _OWN, _OWN, _OWN, _NO),
    Action.EDIT_PRODUCTS:      _row(Scope.VENDORS,     _NO , _NO , _OWN, _NO , _YES, _NO),
    Action.LINK_CLOUD:         _row(Scope.VENDORS,     _NO , _OWN, _OWN, _OWN, _OWN, _NO),
    Action.ATTACH_EVIDENCE:    _row(Scope.RESULTS,     _NO , _YES, _YES, _YES, _YES, _NO),
    Action.SUBSCRIBE:          _row(None,              _NO , _YES, _YES, _YES, _YES, _YES),
    Action.MANAGE_WEBHOOKS:    _row(Scope.VENDORS,     _NO , _NO , _OWN, _NO , _YES, _NO),
    Action.SEE_JOBS:           _row(Scope.READ,        _NO , _NO , _NO , _NO , _YES, _YES),
    Action.MANAGE_JOBS:        _row(Scope.ADMINISTER,  _NO , _NO , _NO , _NO , _YES, _NO),
    Action.SEE_APPLICATIONS:   _row(Scope.REVIEWS,     _NO , _OWN, _OWN, _YES, _YES, _YES),
    Action.APPLY:              _row(Scope.REVIEWS,     _NO , _NO , _OWN, _NO , _NO , _NO),
    Action.COMMENT:            _row(Scope.REVIEWS,     _NO , _OWN, _OWN, _YES, _YES, _NO),
    Action.MOVE_APPLICATION:   _row(Scope.REVIEWS,     _NO , _NO , _OWN, _YES, _YES, _NO),
    Action.REVIEW:             _row(Scope.REVIEWS,     _NO , _NO , _NO , _YES, _NO , _NO),
    Action.ASSIGN_REVIEWER:    _row(Scope.REVIEWS,     _NO , _NO , _NO , _NO , _YES, _NO),
    Action.SEE_FLOW:           _row(Scope.REVIEWS,     _NO , _NO , _NO , _YES, _YES, _YES),
    Action.PUBLISH:            _row(None,              _NO , _NO , _NO , _NO , _YES, _NO),
    Action.SEE_LOG:            _row(None,              _NO , _NO , _NO , _NO , _YES, _YES),
    Action.OPERATE:            _row(None,              _NO , _NO , _NO , _NO , _YES, _NO),
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks for something, and what they are.

    Attributes:
        account_id, name: of the account; 0 and "" for anyone.
        role: of the account, as far as it is in force: see `SECOND_FACTOR_ROLES`.
        vendors: vendors they belong to, by id, with their role in each.
        scopes: of the token they came with; None when they came with a session.
        strong: they showed a second factor, or come with what only such a session gives out.
        lacks_second_factor: the account has a role that is not in force for want of one.
        session_id: of the session they came with.
    """

    account_id: int = 0
    name: str = ""
    role: Role = Role.ANYONE
    vendors: Mapping[int, Role] = field(default_factory=dict)
    scopes: frozenset[Scope] | None = None
    strong: bool = False
    lacks_second_factor: bool = False
    session_id: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is an account behind it."""
        return self.role is not Role.ANYONE


ANYONE = Principal()
OPERATOR = Principal(name="operator", role=Role.ADMINISTRATOR)
"""Whoever has a shell where the registry runs."""


def may(principal: Principal, action: Action, vendor_id: int | None = None) -> bool:
    """Whether they may do it, to what belongs to this vendor where that matters."""
    right = RIGHTS[action]
    if not _in_scope(principal, right):
        return False
    if right.reach[principal.role] is Reach.YES:
        return True
    if vendor_id is None or vendor_id not in principal.vendors:
        return False
    roles = {principal.role, principal.vendors[vendor_id]}
    return any(right.reach[role] is not Reach.NO for role in roles)


def may_at_all(principal: Principal, action: Action) -> bool:
    """Whether there is anything that they may do it to."""
    return may(principal, action) or any(
        may(principal, action, vendor_id) for vendor_id in principal.vendors
    )


def _in_scope(principal: Principal, right: Right) -> bool:
    if principal.scopes is None or right.reach[Role.ANYONE] is Reach.YES:
        return True
    return right.scope in principal.scopes
