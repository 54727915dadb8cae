"""What each list must do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from tests.server import samples

Row = dict[str, Any]


@dataclass(frozen=True)
class Expected:
    """What a list must do.

    Attributes:
        shown: how its page shows a row, and the path into the row of what is found there.
        sorts: the path of what each sort sorts by.
        filters: a value for each filter, and what is true of the rows that it leaves.
        here: what its addresses name.
        viewer: who looks.
    """

    shown: tuple[str, str]
    sorts: dict[str, str]
    filters: dict[str, tuple[str, Callable[[Row], bool]]]
    here: dict[str, Any] = field(default_factory=dict)
    viewer: str = "root"


def at(path: str) -> Callable[[Row], Any]:
    return lambda row: reduce(lambda value, name: value and value[name], path.split("."), row)


def is_(path: str, value: Any) -> Callable[[Row], bool]:
    return lambda row: at(path)(row) == value


def has(path: str, words: str) -> Callable[[Row], bool]:
    return lambda row: words in (at(path)(row) or "").lower()


ROW = r'<th scope="row"[^>]*>(?:<a class="\w+" |<a )href="'
OF_AN_ACCOUNT = {
    "": Expected(
        (r'<th scope="row"><code>(rck_\w+)</code>', "prefix"),
        {"made": "made", "used": "used", "expires": "expires"},
        {
            "scope": ("read", lambda row: "read" in row["scopes"]),
            "state": ("revoked", lambda row: row["revoked"] is not None),
        },
    ),
    "#keys": Expected(
        (r'<th scope="row"><code>([0-9a-f]{64})</code>', "keyid"),
        {"added": "added", "keyid": "keyid"},
        {
            "q": ("AAAA", has("keyid", "aaaa")),
            "state": ("revoked", lambda row: row["revoked"] is not None),
        },
    ),
    "#sessions": Expected(
        (r'data-label="Browser">(\w+)<', "browser"),
        {"seen": "seen", "began": "began"},
        {"q": ("FIRE", has("browser", "fire"))},
    ),
    "#identities": Expected(
        (r'<td data-label="As"><code>(\w+)</code>', "subject"),
        {"added": "added", "issuer": "issuer"},
        {"q": ("Two", is_("subject", "two"))},
    ),
    "#passkeys": Expected(
        (r'<th scope="row">([\w ]+)</th>\s*<td data-label="Added">', "name"),
        {"added": "added", "used": "used", "name": "name"},
        {"q": ("phone", is_("name", "Phone"))},
    ),
}
EXPECTED = {
    "pages.front": Expected(
        (r'<h3><a href="/clouds/(\w+)"', "digest"),
        {"latest": "latest_result", "first-seen": "first_seen", "name": "label"},
        {
            "target": ("compute", lambda row: any(one["target"] == "compute" for one in row["standing"])),
            "guideline": ("dns.2020.06", is_("best.guideline", "dns.2020.06")),
            "qualifies": ("no", is_("says", "Does not qualify")),
            "mark": ("expired", is_("mark.state", "expired")),
            "search": ("alp", has("label", "alp")),
        },
    ),
    "pages.cloud": Expected(
        (rf'{ROW}/results/(\w+)"', "id"),
        {"shared": "shared_at", "ended": "run.ended"},
        {"target": ("compute", is_("run.target", "compute"))},
        {"digest": samples.CLOUD},
        viewer="anyone",
    ),
    "pages.cloud#programs": Expected(
        (r'<th scope="row">([\w ]+)</th>\s*<td>[\w.]+ ?', "title"),
        {"program": "title", "guideline": "guideline", "run": "as_of"},
        {},
        {"digest": "b" * 64},
        viewer="anyone",
    ),
    "pages.own_results": Expected(
        (rf'{ROW}/results/(\w+)"', "id"),
        {"sent": "uploaded_at", "ended": "run.ended"},
        {"target": ("compute", is_("run.target", "compute"))},
        viewer="example",
    ),
    "pages.result": Expected(
        (r"SHA-256 (\w{64})", "sha256"),
        {"attached": "attached", "name": "name", "size": "size"},
        {"q": ("log", has("name", "log"))},
    ),
    "pages.result#capabilities": Expected(
        (r'<tr id="capability-([\w.-]+)"', "name"),
        {
            "service": "service",
            "name": "name",
            "status": "status",
            "verdict": "says",
            "passed": "passed",
        },
        {
            "q": ("SERVER", has("name", "server")),
            "service": ("images", has("service", "images")),
            "status": ("advisory", is_("status", "advisory")),
            "verdict": ("does not hold", is_("says", "does not hold")),
        },
    ),
    "vendors.listed": Expected(
        (rf'{ROW}/vendors/([\w-]+)"', "slug"),
        {"name": "name", "registered": "registered"},
        {"q": ("BETA", has("name", "beta")), "state": ("pending", is_("state", "pending"))},
    ),
    "vendors.vendor": Expected(
        (r'<th scope="row">([\w-]+)</th>', "account"),
        {"account": "account", "since": "since"},
        {"q": ("Robo", has("account", "robo")), "place": ("member", is_("place", "member"))},
        {"vendor": "alpha"},
    ),
    "products.listed": Expected(
        (rf'{ROW}/vendors/[\w-]+/products/([\w-]+)"', "slug"),
        {"name": "name", "vendor": "vendor.name"},
        {
            "q": ("Cloud", has("name", "cloud")),
            "kind": ("component", is_("kind", "component")),
            "vendor": ("beta", is_("vendor.slug", "beta")),
        },
    ),
    "applications.listed": Expected(
        (rf'{ROW}/applications/(\d+)"', "id"),
        {"since": "since", "number": "id"},
        {
            "q": ("alpha", is_("vendor.slug", "alpha")),
            "state": ("submitted", is_("state", "submitted")),
            "vendor": ("beta", is_("vendor.slug", "beta")),
        },
    ),
    "applications.application": Expected(
        (r"SHA-256 ([0-9a-f]{64})", "sha256"),
        {"attached": "attached", "name": "name", "size": "size"},
        {"q": ("CODE", has("name", "code")), "kind": ("judged", is_("judged", True))},
    ),
    "applications.application#tests": Expected(
        (r'<th scope="row">(test_\w+)<span class="description"', "name"),
        {"capability": "capability", "test": "name", "steadiness": "steadiness"},
        {"q": ("subnet", has("name", "subnet")), "capability": ("networks", has("capability", "networks"))},
    ),
    "applications.application#changes": Expected(
        (r'<th scope="row">([^<]+)</th><td data-label="Before">', "what"), {"what": "what"}, {}
    ),
    "flow.board": Expected(
        (r'<th scope="row"><a href="/applications/(\d+)">', "application"),
        {"since": "since", "submitted": "submitted", "number": "application"},
        {"state": ("in review", is_("state", "in review")), "overdue": ("yes", is_("overdue", True))},
    ),
    "flow.board#stages": Expected(
        (r'<span class="key stage-(\d)">', "number"),
        {"way": "number", "days": "days", "limit": "limit"},
        {},
    ),
    "accounts.listed": Expected(
        (rf'{ROW}/accounts/([\w-]+)"', "name"),
        {"name": "name", "since": "since"},
        {"q": ("ROBO", has("name", "robo")), "role": ("auditor", is_("role", "auditor"))},
    ),
    "jobs.listed": Expected(
        (r'<th scope="row">note <span class="quiet">(\d+)<', "id"),
        {"due": "due", "made": "id", "attempts": "attempts"},
        {
            "q": ("seven", is_("arguments", {"about": "seven"})),
            "state": ("failed", lambda row: row["failed"] is not None),
        },
    ),
    "audit.log": Expected(
        (rf'{ROW}/audit/(\d+)"', "number"),
        {"number": "number"},
        {
            "about": ("account:robot", is_("subject", "account:robot")),
            "action": ("key.added", is_("action", "key.added")),
        },
    ),
    "audit.checkpoints": Expected(
        (r'href="/audit/checkpoints/(\d+)\.json"', "size"),
        {"size": "size"},
        {"root": ("ROOT", lambda _: True)},
    ),
    "notices.listed": Expected(
        (rf'{ROW}/notice/(\d+)"', "event"),
        {"event": "event"},
        {"topic": ("review", is_("topic", "review"))},
        {"vendor": "alpha"},
    ),
    "notices.listed#webhooks": Expected(
        (r'<a href="/vendors/alpha/webhooks/(\d+)">', "id"),
        {"made": "id", "address": "url"},
        {"q": ("TEST", has("url", "test")), "about": ("security", lambda row: "security" in row["topics"])},
        {"vendor": "alpha"},
    ),
    "notices.webhook": Expected(
        (r'<span class="id">(msg_\d+)<', "message"),
        {"made": "made"},
        {"state": ("failed", is_("state", "failed"))},
        {"vendor": "alpha", "webhook_id": 1},
    ),
}  # fmt: skip
EXPECTED |= {
    f"{page}{name}": replace(one, here=here, viewer=viewer)
    for page, here, viewer in (
        ("account.own", {}, "holder"), ("accounts.account", {"name": "holder"}, "root")
    )
    for name, one in OF_AN_ACCOUNT.items()
}  # fmt: skip
