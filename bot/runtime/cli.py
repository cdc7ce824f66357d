"""The command line. Each command loads what it needs when it runs, so that all of them start quickly."""

# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.runtime.doctor import Finding
    from storage.database import Database

app = typer.Typer(
    help="Cairn: goals, check-ins and feedback in Slack, run by your own company.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would print what people wrote
)
people = typer.Typer(help="People and reporting lines.", no_args_is_help=True)
app.add_typer(people, name="people")
readings = typer.Typer(help="Readings of measures.", no_args_is_help=True)
app.add_typer(readings, name="readings")

WAIT_FOR_DATABASE = 60.0
Workspace = Annotated[str | None, typer.Option(help="Slack's id of one workspace, T…; all of them when left out.")]


def main() -> None:
    """Run a command: 0 when it worked, 1 when it didn't, 2 when a setting or an argument has to be mended."""
    from sqlalchemy.exc import DBAPIError

    try:
        app()
    except SettingsError as error:
        _complain(str(error))
        sys.exit(2)
    except DBAPIError as error:
        _complain(f"The database refused ({type(error.orig).__name__}). `python -m bot doctor` says more.")
        sys.exit(1)


@app.command()
def run() -> None:
    """Run Cairn until it is told to stop."""
    import structlog

    from bot.runtime import logs, serve, settings

    loaded = settings.load()
    logs.configure()
    try:
        asyncio.run(serve.run(loaded))
    except SettingsError:
        raise
    except Exception:  # noqa: BLE001 - it is logged, without its message
        # Python would print the message, which may quote what people wrote.
        structlog.get_logger(__name__).exception("cairn.failed")
        raise typer.Exit(1) from None


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the page is served, on 127.0.0.1.")] = 8899,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    http: Annotated[bool, typer.Option("--http", help="Reach Cairn by signed HTTP instead of Socket Mode.")] = False,
) -> None:
    """Try Cairn in the browser, on a Slack of its own: no account, nothing kept."""
    from bot.playground import AppConfig, Playground, acme
    from bot.runtime import demo as playing
    from bot.runtime.calendar import MovableCalendar
    from bot.runtime.manifest import manifest, registered

    def make_slack(calendar: MovableCalendar) -> Playground:
        return Playground(acme(AppConfig.from_manifest(manifest(registered(), renames={}))), calendar)

    asyncio.run(playing.run(make_slack, playing.Options(port, browser, http)))


@app.command()
def migrate() -> None:
    """Bring the database to the shape that this Cairn expects."""
    from bot.runtime import ready, settings
    from storage import migrate as migrations

    url = settings.load_offline().database_url
    asyncio.run(ready.wait_for_database(url, asyncio.Event(), WAIT_FOR_DATABASE))
    migrations.upgrade(url)
    typer.echo(f"The database is up to date, at revision {migrations.head()}.")


@app.command()
def manifest(
    url: Annotated[str | None, typer.Option(help="For signed HTTP: where Slack reaches Cairn, https://…")] = None,
) -> None:
    """Print the app manifest, to be pasted at api.slack.com/apps."""
    from bot.runtime import manifest as slack
    from bot.runtime import settings

    loaded = settings.load_offline()
    if url is not None and not url.startswith("https://"):
        raise SettingsError("--url must start with https://, since Slack calls nothing else.")
    if url is None and loaded.slack_signing_secret and not loaded.socket_mode:
        raise SettingsError("Without SLACK_APP_TOKEN Slack calls Cairn: say where with --url https://….")
    request_url = url and f"{url.rstrip('/').removesuffix('/slack/events')}/slack/events"
    made = slack.manifest(slack.registered(), renames=loaded.renames, request_url=request_url)
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))


@app.command()
def doctor() -> None:
    """Check settings, database, Slack, scopes and clock, and say what to do."""
    from bot.clock import Clock
    from bot.runtime import settings
    from bot.runtime.doctor import Finding, Verdict, examine
    from handlers import SCOPES

    try:
        findings = asyncio.run(examine(settings.load(), SCOPES, Clock()))
    except SettingsError as error:
        findings = [Finding("Settings", Verdict.WRONG, sentence) for sentence in str(error).splitlines()]
    _show(findings)
    if any(finding.verdict is Verdict.WRONG for finding in findings):
        raise typer.Exit(1)


@app.command()
def pause(workspace: Workspace = None) -> None:
    """Send nothing any more, until resume; what falls due meanwhile is skipped, and says why."""
    from bot.clock import Clock
    from bot.services import pausing

    with _database() as database, database.session() as session:
        paused = pausing.pause(session, _known(session, workspace), Clock().now())
    typer.echo(f"Paused: {', '.join(paused)}." if paused else "Nothing was running.")


@app.command()
def resume(workspace: Workspace = None) -> None:
    """Go on after pause."""
    from bot.services import pausing

    with _database() as database, database.session() as session:
        resumed = pausing.resume(session, _known(session, workspace))
    typer.echo(f"Going on: {', '.join(resumed)}." if resumed else "Nothing was paused.")


@app.command()
def rekey() -> None:
    """Seal all words with the first key of CAIRN_SECRET_KEY. It can be stopped, and run while Cairn does."""
    from rich.progress import Progress

    from bot.runtime import rekey as rekeying
    from bot.runtime import settings

    keys = rekeying.ring(settings.load_offline().cairn_secret_key)
    with _database() as database, Progress() as progress:
        bar = progress.add_task("Sealing", total=rekeying.total(database))
        done = rekeying.rekey(database, keys, lambda rows: progress.advance(bar, rows))
    typer.echo(f"{done.resealed:,} texts were sealed with the first key.")
    if done.unreadable:
        _complain(f"{done.unreadable:,} texts open with none of these keys: add the one they were sealed with.")
        raise typer.Exit(1)
    typer.echo("All words are under it. Once every process runs with it first, the other keys can go.")


@app.command()
def simulate(
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days.")] = 14,
    team: Annotated[str | None, typer.Option(help="Only the check-ins of this team, by name.")] = None,
    begin: Annotated[str | None, typer.Option("--from", help="The first day, YYYY-MM-DD; now when left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    workspace: Annotated[str | None, typer.Option(help="Slack's id of the workspace, where there are several.")] = None,
) -> None:
    """Say who gets which check-in when, and who doesn't and why. Nothing is written, and nothing sent."""
    from bot.clock import Clock
    from bot.runtime import simulate as simulating

    span = simulating.span(Clock().now(), days, begin)
    with _database() as database, database.session(_only(database, workspace)) as session:
        found = simulating.rows(session, span, team)
    if as_json:
        typer.echo(json.dumps([row.as_json() for row in found], indent=2, ensure_ascii=False))
    else:
        simulating.show(found, span)


@people.command("import")
def import_people(
    file: Annotated[Path, typer.Argument(help="A CSV file: slack_id,manager,country")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    workspace: Annotated[str | None, typer.Option(help="Slack's id of the workspace, where there are several.")] = None,
) -> None:
    """Set managers and countries from a file: all of it, or nothing where a line is wrong."""
    from bot.clock import Clock
    from bot.services import csv_tables, people_import

    try:
        rows = people_import.read(file.read_bytes())
        with _database() as database, database.session(_only(database, workspace)) as session:
            imported = people_import.import_rows(session, rows, Clock().now(), dry_run=dry_run)
    except OSError as error:
        _complain(f"{file} can't be read ({error.strerror}).")
        raise typer.Exit(1) from None
    except csv_tables.ImportRefusedError as error:
        _complain(f"{error}\nNothing was changed.")
        raise typer.Exit(1) from None
    typer.echo(f"{imported.people} people in the file; {imported.changed} {'would change' if dry_run else 'changed'}.")


@readings.command("import")
def import_readings(
    file: Annotated[Path, typer.Argument(help="A CSV file: measure,value,at")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look whether all of it could be kept.")] = False,
    workspace: Annotated[str | None, typer.Option(help="Slack's id of the workspace, where there are several.")] = None,
) -> None:
    """Keep readings from a file: all of it, or nothing where a line is wrong."""
    from bot.runtime import readings_file
    from bot.services import csv_tables

    try:
        rows = readings_file.read(file)
        with _database() as database, database.session(_only(database, workspace)) as session:
            goals = readings_file.keep(session, rows, dry_run=dry_run)
    except csv_tables.ImportRefusedError as error:
        _complain(f"{error}\nNothing was changed.")
        raise typer.Exit(1) from None
    verb = "would be kept" if dry_run else "kept"
    typer.echo(f"{len(rows):,} readings {verb}, of {goals:,} {'goal' if goals == 1 else 'goals'}.")


@contextmanager
def _database() -> Iterator[Database]:
    from bot.runtime import ready, settings
    from storage import migrate as migrations
    from storage.database import Database
    from storage.types import make_cipher

    loaded = settings.load_offline()
    ready.refuse_unless_current(migrations.state(loaded.database_url))
    database = Database(loaded.database_url, cipher=make_cipher(loaded.cairn_secret_key))
    try:
        yield database
    finally:
        database.close()


def _known(session: Session, workspace: str | None) -> str | None:
    from storage import workspaces

    ids = workspaces.all_ids(session)
    if workspace is not None and workspace not in ids:
        raise SettingsError(f"--workspace must be one of {', '.join(ids) or 'none yet: start Cairn once'}.")
    return workspace


def _only(database: Database, workspace: str | None) -> str:
    from storage import workspaces

    with database.session() as session:
        ids = workspaces.all_ids(session)
        chosen = _known(session, workspace) or (ids[0] if len(ids) == 1 else None)
    if chosen is None:
        raise SettingsError(
            f"There are several workspaces: choose one with --workspace, {', '.join(ids)}."
            if ids
            else "Cairn knows nobody yet: start it once with `python -m bot run`, so that it meets people."
        )
    return chosen


def _show(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table

    marks = {"fine": "[green]fine[/]", "note": "[yellow]note[/]", "wrong": "[red bold]wrong[/]"}
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for finding in findings:
        table.add_row(
            marks[finding.verdict.value], finding.what, "\n".join(filter(None, (finding.found, finding.advice)))
        )
    Console().print(table)


def _complain(sentences: str) -> None:
    typer.echo(sentences, err=True)
