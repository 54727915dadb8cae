"""The application factory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from refcheck_server import addresses, database, faults, limits, security
from refcheck_server.accounts import browser, guarding
from refcheck_server.accounts import second_factor_views as _factors  # noqa: F401 - adds its views
from refcheck_server.accounts.administration_views import accounts
from refcheck_server.accounts.credentials_views import account_api
from refcheck_server.accounts.oidc_views import openid
from refcheck_server.accounts.views import account
from refcheck_server.audit.lists import audit_api
from refcheck_server.audit.views import audit
from refcheck_server.context import Context
from refcheck_server.counting import OWN_MEMORY
from refcheck_server.description.views import description
from refcheck_server.evidence import stores
from refcheck_server.evidence.views import evidence
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.jobs.views import jobs, jobs_api
from refcheck_server.notices.account_views import mail
from refcheck_server.notices.api import notices_api
from refcheck_server.notices.vendor_views import notices
from refcheck_server.operations import logs, metrics
from refcheck_server.operations.health import health
from refcheck_server.products.views import products, products_api
from refcheck_server.publication import own_views as _own  # noqa: F401 - adds its views
from refcheck_server.publication import tables as _tables  # noqa: F401 - adds its views
from refcheck_server.publication.views import pages
from refcheck_server.refstack.views import refstack
from refcheck_server.results import inputs as _inputs  # noqa: F401 - adds its views
from refcheck_server.results.views import api
from refcheck_server.review.api import applications_api
from refcheck_server.review.flow_views import flow
from refcheck_server.review.views import applications
from refcheck_server.settings import Log, Settings
from refcheck_server.vendors.views import vendors, vendors_api

_BLUEPRINTS = (
    health, api, refstack, pages, account, account_api, openid, accounts,
    vendors, vendors_api, products, products_api, audit, audit_api, evidence, mail,
    notices, notices_api, jobs, jobs_api, applications, applications_api, flow, description,
)  # fmt: skip


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings, *, now: Callable[[], datetime] = _utc_now, counts: str = OWN_MEMORY
) -> Flask:
    """The registry as a WSGI application.

    Args:
        settings: see `refcheck_server.settings`; the database must be at the newest schema.
        now: the clock that tokens are checked and results are judged by.
        counts: the file in which all workers count requests, for limits.
    """
    app = Flask(__name__)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["refcheck"] = Context(settings, now, GuidelineShelf())
    metrics.attach(app, settings)
    if settings.log is Log.JSON:
        logs.attach(app)
    addresses.attach(app)
    database.attach(app, database.Database(settings.database_url))
    stores.attach(app, settings)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    browser.attach(app)
    guarding.attach(app)
    faults.attach(app)
    security.attach(app)
    limits.attach(app, settings, counts)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
