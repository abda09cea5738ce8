"""The command line. Each verb is a few lines over functions that the daemon uses too.

Exit codes: 0 done, 1 it could not be done (the message says why and what to do), 2 the call's words are off.
"""

import importlib
import io
import keyword
import logging
import sys

import click

from core.errors import PolicywireError

log = logging.getLogger(__name__)

_VERBS = {
    "running": ("demo", "init", "run", "publish"),
    "crawling": ("worker", "crawl"),
    "sources": ("sources",),
    "judging": ("extract", "match", "identify"),
    "watchlists": ("watchlist",),
    "evaluate": ("evaluate",),
    "searching": ("search",),
    "stories": ("story",),
    "labelling": ("feedback",),
    "showing": ("show",),
    "troubles": ("pages",),
    "alerts": ("alerts",),
    "users": ("users", "tokens"),
    "push": ("push",),
    "transfer": ("export", "import"),
    "keeping": ("status", "check", "backup", "restore", "config"),
}


def _function(verb: str) -> str:
    """Return the name of a verb's function, which cannot be a word of Python."""
    return f"{verb}_" if keyword.iskeyword(verb) else verb


class _Verbs(click.Group):
    """Imports a verb's module when the verb is called: the daemon need not pay for what reads pages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all verbs, in the order in which a newcomer meets them."""
        return [verb for verbs in _VERBS.values() for verb in verbs]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the verb's command; None for no verb."""
        for module, verbs in _VERBS.items():
            if cmd_name in verbs:
                command: click.Command = getattr(
                    importlib.import_module(f"{__name__}.{module}"), _function(cmd_name)
                )
                return command
        return None


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="policywire")
def cli() -> None:
    """A wire service of policy statements: watch sources, keep each statement once, publish what matches."""


def main() -> None:
    """Run the command line and exit."""
    # What a terminal's encoding cannot show is shown escaped instead of ending the verb.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(prog_name="policywire", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except PolicywireError as error:
        importlib.import_module(f"{__name__}.common").say(f"policywire: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing is left to say, not even at exit.
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:
        log.exception("this is a fault in policywire; please report it with the lines above")
        sys.exit(1)
