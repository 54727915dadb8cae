"""Many objects are stored, or deleted, in one request.

The status of such a request is told in its body. api-ref: "Create or replace object" and "Create,
update, or delete account metadata" (`extract-archive`, `bulk-delete`); Swift: "Bulk operations".
"""

import io
import tarfile
from urllib.parse import quote

from refcheck.testing import Absent, Body, entries, expect, idempotent_id, refused, wait_for

# Seconds that the service may take to list new objects.
LISTING_BUDGET = 15.0
JSON = {"Accept": "application/json"}
CONTENTS = {"first": b"one", "below/second": b"two two", "below/third \u00e9": b"three three three"}


@idempotent_id("a407de51-1983-47cc-9f14-47c2b059413c")
def test_the_files_of_an_archive_become_objects(object_store, given, shared):
    container = given.container()
    path = f"/{container}/unpacked"
    packed = _archive(CONTENTS)
    report = _report(_extract(object_store, path, packed), shared, "bulk_upload")
    assert str(report["Response Status"]).startswith("201")
    assert report["Number Files Created"] == len(CONTENTS)
    assert report["Errors"] == []
    for name, content in CONTENTS.items():
        read = expect(object_store.get(f"{path}/{quote(name)}"), 200)
        assert read.content == content, name
    wanted = sorted(f"unpacked/{name}" for name in CONTENTS)
    _await_listed(object_store, container, wanted)

    # What is no archive of that kind gives no object, and says so.
    wrong = _report(_extract(object_store, path, b"no archive"), shared, "bulk_upload")
    assert str(wrong["Response Status"]).startswith("400")
    assert wrong["Number Files Created"] == 0
    # A stranger is refused at once, or in the report.
    strange = _extract(object_store, path, packed, authenticated=False)
    if expect(strange, 200, 401).status == 200:
        assert str(strange["Response Status"]).startswith("401")
        assert strange["Number Files Created"] == 0


@idempotent_id("c075e682-0d2a-43b2-808d-4116200d736d")
def test_many_are_deleted_at_once_and_their_neighbour_stays(object_store, given, create, shared):
    empty, path = given.container(), given.object_path("many")
    doomed = [f"{path}/first", f"{path}/below/second", f"{path}/third \u00e9"]
    for one in (*doomed, f"{path}/stays"):
        expect(object_store.put(quote(one), data=b"content"), 201)
    never = f"/{create.name('container')}/never-was"
    names = [*doomed, f"/{empty}", never]
    report = _report(_delete(object_store, names), shared, "bulk_delete")
    assert str(report["Response Status"]).startswith("200")
    assert report["Number Deleted"] == len(doomed) + 1
    assert report["Number Not Found"] == 1
    assert report["Errors"] == []
    for one in doomed:
        refused(object_store.get(quote(one)), 404)
    expect(object_store.head(f"/{empty}"), 404)
    assert expect(object_store.get(f"{path}/stays"), 200).content == b"content"

    # A container with something in it is not deleted, and the report names it.
    full = path.rpartition("/")[0]
    wrong = _report(_delete(object_store, [full]), shared, "bulk_delete")
    assert not str(wrong["Response Status"]).startswith("200")
    assert wrong["Number Deleted"] == 0
    assert [str(error[0]).lstrip("/") for error in wrong["Errors"]] == [full.lstrip("/")]


def _archive(contents):
    """A packed tar file with these files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def _extract(object_store, path, packed, **options):
    query = {"extract-archive": "tar.gz"}
    return object_store.put(path, params=query, data=packed, headers=JSON, **options)


def _delete(object_store, names):
    headers = {**JSON, "Content-Type": "text/plain"}
    body = "\n".join(map(quote, names)).encode()
    return object_store.post("", params={"bulk-delete": "true"}, data=body, headers=headers)


def _report(answer, shared, feature):
    """What the service tells of a request for many things."""
    # A service that does not know the request takes it for another one, which needs no body.
    known = feature in shared.object_store_info
    if not known and (answer.status != 200 or not answer.content.strip()):
        raise Absent(f"the object store does not tell of {feature} in /info, nor does it have it")
    report = expect(answer, 200).json
    assert isinstance(report, Body)
    assert isinstance(report["Errors"], list)
    return report


def _await_listed(object_store, container, names):
    def listed():
        answer = expect(object_store.get(f"/{container}", params={"format": "json"}), 200)
        return " ".join(str(entry["name"]) for entry in entries(answer.json))

    what = f"the list of container {container}"
    wait_for(listed, {" ".join(names)}, budget=LISTING_BUDGET, what=what)
