"""Whatever changes something is told in the audit log: each way to ask for each action."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from refcheck_server.accounts.guarding import action_of
from refcheck_server.accounts.rights import Action, Role
from refcheck_server.command import registry as command

from refcheck.result.signing import new_key
from tests.server.accounts.all_deeds import DEEDS
from tests.server.accounts.deeds import edit_vendor, make_token, set_up_second_factor
from tests.server.accounts.doing import Doing
from tests.server.accounts.review_deeds import APPLICATION
from tests.server.conftest import Registry
from tests.server.visitor import PASSWORD, visiting_as, with_password

READS = "it only reads"
QUIET_ACTIONS = {
    Action.BROWSE: READS,
    Action.WATCH: READS,
    Action.SEE_OWN_ACCOUNT: READS,
    Action.SEE_ACCOUNTS: READS,
    Action.SEE_PRIVATE_VENDOR: READS,
    Action.SEE_PRIVATE_RESULT: READS,
    Action.SEE_LOG: READS,
    Action.SEE_JOBS: READS,
    Action.SEE_APPLICATIONS: READS,
    Action.SEE_FLOW: READS,
    Action.SIGN_IN: "who came and went is no change of who may do what",
    Action.OPERATE: "a copy of the database has the log in it, and the schema changes nobody's rights",
}
QUIET_WAYS = {
    "POST /account/sessions/<number:session_id>/end": "like signing out",
    "POST /account/sessions/end-others": "like signing out",
    "POST /account/identities/new": "only a way to the provider; who comes back from it is told",
    "POST /api/v1/account/keys/challenges": "only a question; its answer is told",
    "POST /api/v1/nonces": "only a number; the result that has it is told",
    "audit checkpoint": "a checkpoint is of the log, and kept beside it",
}
MAIL = "tests/server/notices/test_mail.py"
REFSTACK = "tests/server/refstack/test_old_client.py"
TRIED_ELSEWHERE = {
    "POST /account/notices/address": MAIL,
    "POST /account/notices/confirm": MAIL,
    "POST /account/notices/topics": MAIL,
    "POST /account/notices/forget": MAIL,
    "rejudge": "tests/server/results/test_rejudging.py",
    "refstack-key add": REFSTACK,
    "refstack-key revoke": REFSTACK,
    "POST /refstack/<uuid:result_id>": REFSTACK,
    "POST /v1/results": REFSTACK,
    "DELETE /v1/results/<uuid:result_id>": REFSTACK,
    "POST /v1/results/<uuid:result_id>/meta/<word:name>": REFSTACK,
    "DELETE /v1/results/<uuid:result_id>/meta/<word:name>": REFSTACK,
}
"""Way → the test that sees that it is told."""
assert APPLICATION  # its deeds are among `DEEDS` now
SECRET = re.compile(r"@|\$argon2|rck_[0-9a-f]{8}_|(?<![\w-])[\w-]{43}(?![\w-])|" + PASSWORD)
"""Mail addresses, digests of passwords, tokens, secrets of links; what no event may hold."""


@pytest.fixture(scope="module")
def doing(registry, tmp_path_factory):
    with_password(registry, "root", Role.ADMINISTRATOR)
    folder = tmp_path_factory.mktemp("told")
    new_key(folder / "registry.pem")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REFCHECK_REGISTRY_SIGNING_KEY", str(folder / "registry.pem"))
        patch.setattr("refcheck_server.marketplace.commands.utc_now", registry.clock)
        yield Doing(registry, folder)


def ways(registry: Registry) -> dict[str, Action]:
    """Each route that is not for reading and each command, with its action."""
    app = registry.client.application
    found = {
        f"{method} {rule.rule}": action_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}
    }
    return found | dict(commands(command))


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, Action]]:
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from commands(one, *above, name)
        else:
            yield " ".join([*above, name]), one.callback.action


def test_every_way_to_change_something_is_tried_here_or_quiet_for_a_reason(registry):
    changing = {way for way, action in ways(registry).items() if action not in QUIET_ACTIONS}
    assert changing == DEEDS.keys() | QUIET_WAYS.keys() | TRIED_ELSEWHERE.keys()
    assert not DEEDS.keys() & QUIET_WAYS.keys()


def test_what_only_reads_takes_no_form(registry):
    reading = {action for action, reason in QUIET_ACTIONS.items() if reason == READS}
    forms = [way for way, action in ways(registry).items() if " /" in way and action in reading]
    assert forms == []


@pytest.mark.parametrize(
    "action",
    [one for one in Action if one not in QUIET_ACTIONS],
    ids=lambda action: action.name.lower(),
)
def test_each_way_to_do_it_is_told_with_who_and_about_what(doing, action):
    found_ways = ways(doing.registry).items()
    tried = [way for way, one in found_ways if one is action and way in DEEDS]
    assert tried or all(way in TRIED_ELSEWHERE for way, one in found_ways if one is action)
    wrong = []
    for doing.way in tried:
        expected = DEEDS[doing.way](doing)
        found = doing.events()
        told = [(one.actor, one.action, one.subject) for one in found]
        if expected not in told or {one.actor for one in found} != {expected[0]}:
            wrong.append((doing.way, expected, told))
        wrong += [
            (doing.way, one.subject, one.detail)
            for one in found
            if SECRET.search(f"{one.subject} {one.detail}")
        ]
    assert wrong == []


def details(doing: Doing) -> list[tuple[str, str]]:
    return [(one.action, one.detail) for one in doing.events()]


def test_an_event_says_which_fields_changed_and_not_to_what(doing):
    doing.way = "POST /vendors/<word:vendor>/edit"
    edit_vendor(doing)
    assert details(doing) == [("vendor.changed", '{"fields":["name","contact"]}')]


def test_a_token_is_told_with_what_it_is_good_for(doing):
    doing.way = "POST /account/tokens"
    actor, _, _ = make_token(doing)
    [(_, detail)] = details(doing)
    name = actor.removeprefix("account:")
    expires = "2026-12-20T12:00:00Z"
    assert detail == f'{{"account":"{name}","expires":"{expires}","scopes":["keys","results"]}}'


def test_a_second_factor_that_goes_with_the_password_is_told(doing):
    doing.way = "POST /account/second-factor"
    _, _, subject = set_up_second_factor(doing)
    name = subject.removeprefix("account:")
    doing.run(name, "--stdin", way="account password", input="another correct horse battery\n")
    assert [action for action, _ in details(doing)] == ["password.set", "second_factor.dropped"]


def test_what_is_so_already_is_told_no_second_time(doing):
    who = doing.person()
    for way, given in (
        ("account role", [who, "submitter"]),
        ("account enable", [who]),
        ("account sign-out", [who]),
    ):
        doing.run(*given, way=way)
        assert details(doing) == []
    doing.way = "POST /vendors/<word:vendor>/edit"
    owner, slug = doing.vendor()
    same = {"name": f"Vendor {owner}", "contact": "someone@example.org"}
    doing.ask(owner, of={"vendor": slug}, **same, revision="1")
    assert details(doing) == []


def test_signing_in_and_out_is_not_told(doing):
    who = doing.person()
    visitor = visiting_as(doing.registry, doing.person())
    doing.mark()
    assert visitor.post("/sign-out").status_code == 303
    assert visitor.sign_in(who).status_code == 303
    assert details(doing) == []
    assert visitor.get("/account").status_code == 200
