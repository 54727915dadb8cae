"""A change that is offered two ways, to the forms of pages and to programs, and written once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from refcheck.errors import RefcheckError
from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.database import current_session
from refcheck_server.description.operations import JSON, Operation, describe
from refcheck_server.editing import EditConflict
from refcheck_server.errors import status_of
from refcheck_server.fields import Fields, sent_fields

Work = Callable[..., Any]
Body = tuple[str, Mapping[str, Any]]
Page = str | tuple[str, HTTPStatus] | Response
_NAME = re.compile(r":(\w+)>")


@dataclass(frozen=True)
class TwoWays:
    """One sort of thing that is changed: where it is, and what is answered.

    Attributes:
        pages, api: where the two ways lead; `api` has the prefix of programs.
        rule: the address of the thing below both.
        find: the thing that an address names, if whoever asks may do this to it.
        page: the page that tells what stood in the way.
        done: what a form gets when all went well.
        told: the same for programs.
        refusals: statuses of those that are its own.
    """

    pages: Blueprint
    api: Blueprint
    rule: str
    find: Callable[..., Any]
    page: Callable[[Any, RefcheckError], str]
    done: Callable[[Any], Page]
    told: Callable[[Any], dict[str, Any]]
    refusals: tuple[int, ...] = (409,)

    def offer(
        self,
        path: str,
        action: Action,
        *,
        method: str = "POST",
        form: str | None = None,
        body: Body | None = None,
        status: int = 200,
        query: tuple[str, ...] = (),
        **answers: Work,
    ) -> Callable[[Work], Work]:
        """Let what is decorated be done to the thing, as it is found by its address.

        It is given the thing, what was sent, and what else the address names; what it returns is
        answered about instead of the thing. Its name and docstring are those of both views.

        Args:
            path: below the thing's address.
            action: that whoever asks must have the right to.
            method: of programs; a form is always sent by POST.
            form: the path of the form, where it is another one.
            body: what programs send; `status` and `query`: see `Operation`.
            answers: `page`, `done` or `told`, where they are others than the thing's.
        """
        operation = Operation(status, query=query, token=True, body=body, refusals=self.refusals)
        page: Work = answers.get("page", self.page)
        done: Work = answers.get("done", self.done)
        told: Work = answers.get("told", self.told)

        def offered(work: Work) -> Work:
            @wraps(work)
            def by_form(**names: Any) -> Page:
                session, own = current_session(), self._own(names)
                found = self.find(action=action, **own)
                try:
                    made = work(found, sent_fields(), **names)
                except RefcheckError as fault:
                    session.rollback()
                    session.expire_all()
                    return page(self.find(action=action, **own), fault), status_of(fault)
                session.commit()
                return done(made or found)  # type: ignore[no-any-return]

            @wraps(work)
            def by_program(**names: Any) -> tuple[dict[str, Any], int]:
                found = self.find(action=action, **self._own(names))
                fields = sent_fields() if body is not None and body[0] == JSON else Fields({})
                made = work(found, fields, **names)
                current_session().commit()
                return told(made or found), status

            name = work.__name__
            where = f"{self.rule}{path if form is None else form}"
            self.pages.add_url_rule(where, name, needs(action)(by_form), methods=["POST"])
            described = describe(operation)(needs(action)(by_program))
            self.api.add_url_rule(f"{self.rule}{path}", name, described, methods=[method])
            return work

        return offered

    def _own(self, names: dict[str, Any]) -> dict[str, Any]:
        """Those parts of an address that name the thing; they are taken out of `names`."""
        return {name: names.pop(name) for name in _NAME.findall(self.rule)}


def form_page(
    template: str, found: Any, fault: RefcheckError | None, *, values: Any = None, **shown: Any
) -> str:
    """The page of a form about something, with what was sent if that could not be taken.

    After a conflict it is sent again with the revision that its reader now knows of.

    Args:
        template: of the page.
        found: what the form changes, if it is there.
        fault: what stood in the way of what was sent.
        values: of the fields at first, if those are not of the thing itself.
        shown: what else the page shows.
    """
    if values is None:
        values = found
    if fault is not None:
        values = request.form
    revision = fault.revision if isinstance(fault, EditConflict) else found and found.revision
    return render_template(template, values=values, revision=revision, fault=fault, **shown)
