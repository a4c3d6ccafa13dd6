"""The `rayne` command.

Each command imports what it runs: help, bad settings and a taken folder are told at once, not
after the seconds that every SDK together takes to load.
"""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from adapters import logs
from adapters.embedded.state import StateFolder
from adapters.garbage import spare_loading
from adapters.settings import Settings
from cli.ending import FAILED, end_with, run
from cli.stack import Stack, running_stack
from domain.deliveries import EventStatus
from domain.errors import Misconfigured
from domain.people import Role

_BAD_SETTINGS = 2

app = typer.Typer(
    help="Root cause analysis for Datadog alerts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
memory = typer.Typer(help="What Rayne remembers of past incidents.", no_args_is_help=True)
app.add_typer(memory, name="memory")
evaluation = typer.Typer(
    help="Score analysts and memory where the answers are known.", no_args_is_help=True
)
app.add_typer(evaluation, name="eval")
user = typer.Typer(help="Who may log in, and as what.", no_args_is_help=True)
app.add_typer(user, name="user")
webhook = typer.Typer(help="How Datadog shows that it is Datadog.", no_args_is_help=True)
app.add_typer(webhook, name="webhook")
events = typer.Typer(help="Deliveries, and what became of them.", no_args_is_help=True)
app.add_typer(events, name="events")
incident = typer.Typer(help="Incidents, and taking them in hand.", no_args_is_help=True)
app.add_typer(incident, name="incident")
deploy = typer.Typer(help="Which build of the workers runs what.", no_args_is_help=True)
app.add_typer(deploy, name="deploy")
retention = typer.Typer(help="How long data are kept.", no_args_is_help=True)
app.add_typer(retention, name="retention")
console = Console()
notes = Console(stderr=True)  # beside what a script reads

Host = Annotated[str | None, typer.Option(help="Address to listen on, instead of RAYNE_API_HOST.")]

Most = Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")]


def main() -> None:
    spare_loading()
    end_with(app)


@app.command("up")
def up_command() -> None:
    """Start everything on this machine, with each server that is not configured."""
    settings = _settings()
    # What is kept holds logs of production: nobody else on this machine may read it.
    os.umask(0o077)
    state = StateFolder(settings.state_dir)
    with state.opened():
        from cli.up import up

        run(up(settings, state, console))


@app.command("api")
def api_command(host: Host = None) -> None:
    """Run the HTTP API alone."""
    settings = _settings(host=host)
    from api.serve import serve_api
    from cli.processes import run_alone

    run(run_alone("api", serve_api, settings, console))


@app.command("agent")
def agent_command(host: Host = None) -> None:
    """Run the agent API alone."""
    settings = _settings(host=host)
    from api.serve import serve_agent
    from cli.processes import run_alone

    run(run_alone("agent", serve_agent, settings, console))


@app.command("worker")
def worker_command() -> None:
    """Run a worker alone."""
    settings = _settings()
    from cli.processes import run_alone
    from workers.serve import serve_worker_alone

    run(run_alone("worker", serve_worker_alone, settings, console))


@app.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to date. Waits for PostgreSQL; safe at any time."""
    settings = _settings()
    from cli.processes import migrate_alone

    if not run(migrate_alone(settings, console)):
        raise typer.Exit(FAILED)


@app.command("sandbox")
def sandbox_command(host: Host = None) -> None:
    """Run the stand-in Datadog alone. It takes every key: for trying only."""
    settings = _settings(host=host)
    state = StateFolder(settings.state_dir)
    with state.opened():
        from cli.sandbox import run_sandbox

        run(run_sandbox(settings, state, console))


@app.command("doctor")
def doctor_command(json: Annotated[bool, typer.Option(help="Print JSON.")] = False) -> None:
    """Say which dependency answers, and what to do about the others."""
    settings = _settings()
    from cli.doctor import diagnose, is_healthy, print_findings, print_json

    logs.configure("error", settings.log_format)  # the findings say it better than the libraries
    findings = run(diagnose(settings))
    if json:
        print_json(findings)
    else:
        print_findings(findings, console)
    if not is_healthy(findings):
        raise typer.Exit(FAILED)


@app.command("demo")
def demo_command(
    scenario: Annotated[str, typer.Argument(help="One of the sandbox's scenarios.")] = "bad-deploy",
    keep_open: Annotated[bool, typer.Option(help="Send no recovery at the end.")] = False,
) -> None:
    """Send a scenario's alert to the running stack and show its analysis, step by step."""
    stack = Stack.read(StateFolder(_settings().state_dir))
    from cli.demo import demo

    run(demo(stack, scenario, console, recover=not keep_open))


@app.command("replay")
def replay_command(
    files: Annotated[list[Path] | None, typer.Argument(help="Saved histories.")] = None,
    from_server: Annotated[bool, typer.Option(help="The runs under way on the server.")] = False,
    since: Annotated[
        str, typer.Option(help="With --from-server: also those that ended within, such as 7d.")
    ] = "",
    most: Most = 10_000,
) -> None:
    """Replay histories on this code: would a deploy break runs under way?"""
    settings = _settings()
    stack = running_stack(StateFolder(settings.state_dir))
    from cli.replay import Chosen, replay

    aimed = stack.aim(settings) if stack else settings
    run(
        replay(aimed, Chosen(files or [], from_server=from_server, since=since, most=most), console)
    )


@app.command("status")
def status_command(json: Annotated[bool, typer.Option(help="Print JSON.")] = False) -> None:
    """Say what waits and since when, what failed for good, and what was spent today."""
    settings = _settings()
    from cli.status import show_status

    run(show_status(settings, console, as_json=json))


@events.command("list")
def events_list_command(
    failed: Annotated[bool, typer.Option(help="Only those that failed for good.")] = False,
    status: Annotated[EventStatus | None, typer.Option(help="Only those.")] = None,
    most: Most = 100,
) -> None:
    """List deliveries, the newest first, with what became of them."""
    settings = _settings()
    from cli.events import list_events

    wanted = EventStatus.FAILED if failed else status
    run(list_events(settings, console, status=wanted, most=most))


@events.command("retry")
def events_retry_command(
    ids: Annotated[list[int] | None, typer.Argument(help="Events; none: all that failed.")] = None,
) -> None:
    """Read failed deliveries again and hand them over. Safe at any time."""
    settings = _settings()
    from cli.events import retry_events

    if not run(retry_events(settings, ids or [], console)):
        raise typer.Exit(FAILED)


@incident.command("list")
def incident_list_command(
    is_open: Annotated[bool, typer.Option("--open", help="Only those that are open.")] = False,
    failed: Annotated[bool, typer.Option(help="Only where the latest analysis failed.")] = False,
    most: Most = 100,
) -> None:
    """List incidents, the newest first."""
    settings = _settings()
    from cli.incidents import list_incidents

    run(list_incidents(settings, console, is_open=is_open, failed=failed, most=most))


@incident.command("close")
def incident_close_command(
    incident_id: Annotated[int, typer.Argument(help="Its number.")],
    why: Annotated[str, typer.Option(help="For the notebook and the audit log.")] = "",
) -> None:
    """Close an incident as if all its alerts had recovered now."""
    settings = _settings()
    from cli.incidents import close_incident

    run(close_incident(settings, incident_id, why, console))


@incident.command("merge")
def incident_merge_command(
    incident_id: Annotated[int, typer.Argument(help="The one that ends.")],
    into: Annotated[int, typer.Argument(help="The one that goes on.")],
) -> None:
    """Give what still alerts in an incident to another."""
    settings = _settings()
    from cli.incidents import merge_incident

    run(merge_incident(settings, incident_id, into, console))


@incident.command("resume")
def incident_resume_command(
    ids: Annotated[list[int] | None, typer.Argument(help="Incidents; none: all open ones.")] = None,
) -> None:
    """Have their runs go on from the database: after Temporal was lost or restored."""
    settings = _settings()
    from cli.incidents import resume_incidents

    run(resume_incidents(settings, ids or [], console))


@retention.command("run")
def retention_run_command(
    dry_run: Annotated[bool, typer.Option(help="Only say what would be removed.")] = False,
) -> None:
    """Remove now what is older than the RAYNE_KEEP_ variables say."""
    settings = _settings()
    from cli.retention import run_retention

    run(run_retention(settings, console, dry_run=dry_run))


@deploy.command("status")
def deploy_status_command() -> None:
    """List the builds of workers, where new runs go, and which still have runs."""
    settings = _aimed()
    from cli.deploy import show_builds

    run(show_builds(settings, console))


@deploy.command("promote")
def deploy_promote_command(
    build_id: Annotated[str, typer.Argument(help="RAYNE_BUILD_ID of workers that run.")],
    percent: Annotated[float, typer.Option(min=0, max=100, help="Of new runs.")] = 100,
) -> None:
    """Send new runs to a build. Analyses under way stay with theirs; incidents move on."""
    settings = _aimed()
    from cli.deploy import promote

    run(promote(settings, build_id, console, percent=percent))


@memory.command("rebuild")
def memory_rebuild_command() -> None:
    """Remember every incident again: after a change of the embedding model, or a lost store."""
    settings = _aimed()
    from cli.memory import rebuild

    run(rebuild(settings, console))


@user.command("create")
def user_create_command(
    name: Annotated[str, typer.Argument(help="How they log in.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.VIEWER,
) -> None:
    """Make somebody who can log in; asks for the password, or reads RAYNE_USER_PASSWORD."""
    settings = _aimed()
    from cli.users import create_user, read_password

    run(create_user(settings, name, role, read_password(settings), console))


@user.command("password")
def user_password_command(
    name: Annotated[str, typer.Argument(help="Whose password it is.")],
) -> None:
    """Give somebody a new password; asks for it, or reads RAYNE_USER_PASSWORD."""
    settings = _aimed()
    from cli.users import read_password, set_password

    run(set_password(settings, name, read_password(settings), console))


@webhook.command("rotate-secret")
def webhook_rotate_secret_command() -> None:
    """Make a new webhook secret and print it; the one before stays good until the next time."""
    settings = _aimed()
    from cli.webhook import rotate_secret

    run(rotate_secret(settings, notes))


@evaluation.command("rca")
def eval_rca_command(
    folder: Annotated[Path, typer.Argument(help="A scenario, or a folder of them.")],
    analyst: Annotated[str, typer.Option(help="rules, claude or claude-alone.")] = "rules",
    check: Annotated[bool, typer.Option(help="Score the oracle and the duds too.")] = False,
    answers: Annotated[Path | None, typer.Option(help="Where to write the answers.")] = None,
    json: Annotated[bool, typer.Option(help="Print JSON.")] = False,
) -> None:
    """Put scenarios to an analyst, then grade its answers by what each scenario expects."""
    settings = _settings()
    from cli.eval import arm_of, eval_rca

    arm = arm_of(analyst)
    if not run(eval_rca(settings, folder, arm, answers, check=check, as_json=json)):
        raise typer.Exit(FAILED)


@evaluation.command("retrieval")
def eval_retrieval_command(
    incidents: Annotated[Path, typer.Option(help="JSON lines: past incidents.")],
    queries: Annotated[Path, typer.Option(help="JSON lines: queries with what is relevant.")],
    json: Annotated[bool, typer.Option(help="Print JSON.")] = False,
) -> None:
    """Search past incidents by memory and by plain BM25, and compare."""
    _settings()
    from cli.eval import eval_retrieval

    run(eval_retrieval(incidents, queries, as_json=json))


def _aimed() -> Settings:
    """The settings, pointing to the running stack if there is one."""
    settings = _settings()
    stack = running_stack(StateFolder(settings.state_dir))
    return stack.aim(settings) if stack else settings


def _settings(*, host: str | None = None) -> Settings:
    """The settings, with logging set up by them. Bad ones end it with code 2."""
    try:
        settings = Settings.load()
    except Misconfigured as error:
        typer.echo(f"Rayne could not start: {error}", err=True)
        raise typer.Exit(_BAD_SETTINGS) from error
    logs.configure(settings.log_level, settings.log_format)
    return settings.model_copy(update={"api_host": host} if host else {})
