"""`refcheck run --report FORMAT=FILE`: told before the run, written after it."""

import click
import pytest
from click.testing import CliRunner

from refcheck.cli.report_option import write_reports, writes_reports
from refcheck.report.formats import Format
from refcheck.result.outcome import Outcome
from tests.report import samples


@click.command()
@writes_reports
def command(reports):
    for form, path in reports:
        click.echo(f"{form.value} to {path.name}")


def asked(*arguments):
    return CliRunner().invoke(command, arguments)


def test_several_forms_can_be_asked_for(tmp_path):
    told = asked("--report", f"junit={tmp_path}/a.xml", "--report", f"sarif={tmp_path}/a=b.sarif")
    assert (told.exit_code, told.output) == (0, "junit to a.xml\nsarif to a=b.sarif\n")


@pytest.mark.parametrize("value", ["papyrus=x", "junit", "junit=", "=x", ""])
def test_what_is_no_form_and_file_is_told_at_once(value):
    told = asked("--report", value)
    assert told.exit_code == 2
    assert "FORMAT=FILE" in told.output


@pytest.mark.parametrize("place", ["{}", "{}/no/such/folder/x"])
def test_what_could_not_be_written_is_told_at_once(place, tmp_path):
    told = asked("--report", "junit=" + place.format(tmp_path))
    assert told.exit_code == 2
    assert "cannot be written" in told.output


def test_the_reports_are_written_when_the_run_has_ended(tmp_path):
    folder = samples.folder_of(samples.stream_of(Outcome.PASSED), tmp_path)
    page, xml = tmp_path / "a.html", tmp_path / "a.xml"
    write_reports([(Format.HTML, page), (Format.JUNIT, xml)], folder, "2020.06")
    assert page.read_bytes().startswith(b"<!doctype html>")
    assert b"<testsuites" in xml.read_bytes()
