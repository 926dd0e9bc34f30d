"""Commands whose words are translated when they are shown, and loaded when they are used.

click reads help texts when a module is imported, before anybody has said which
language they want; here a text is marked with `N_` in the source and looked up
each time it is shown.  A verb's module is imported when that verb runs or its own
help is asked, so that `replique --help` stays quick.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from replique import language
from replique.language import LANGUAGES, LOCALE_DIR
from replique.language import gettext as _


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a string for translation that is looked up later, when it is shown."""
    return message


def speak(tongue: str) -> None:
    """Put a language in force: for us, for click's own words, and for worker processes."""
    language.choose(tongue)
    os.environ["REPLIQUE_LANG"] = tongue
    os.environ["LANGUAGE"] = tongue  # what click's gettext calls read
    _gettext.bindtextdomain("replique", LOCALE_DIR)
    _gettext.textdomain("replique")


def _shown(text: str | None) -> str | None:
    return _(text) if text else text


class _Formatter(click.HelpFormatter):
    def write_heading(self, heading: str) -> None:
        """Write a heading; what stands between it and the colon depends on the language."""
        self.write(" " * self.current_indent + _("{heading}:").format(heading=heading) + "\n")


class _Context(click.Context):
    formatter_class = _Formatter


class Option(click.Option):
    """An option whose help and metavar are looked up when they are shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the row of the help page."""
        written = self.help
        self.help = _shown(written)
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = written

    def make_metavar(self, ctx: click.Context) -> str:
        """Return what stands for the value."""
        return _shown(self.metavar) or super().make_metavar(ctx)

    def get_help_extra(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own
        """Return what is told in brackets; not [x>=1], which says little to most."""
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        if "required" in extra:
            extra["required"] = _("required")
        return extra


class Argument(click.Argument):
    """An argument whose help and metavar are looked up when they are shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Return the row of the help page."""
        return self.make_metavar(ctx), _shown(self.help) or ""

    def make_metavar(self, ctx: click.Context) -> str:
        """Return what stands for the value."""
        return _shown(self.metavar) or super().make_metavar(ctx)


class Command(click.Command):
    """A command whose help is looked up when it is shown."""

    context_class = _Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - click's own
        settings = {"help_option_names": ["-h", "--help"], **(kwargs.get("context_settings") or {})}
        kwargs["context_settings"] = settings
        super().__init__(*args, **kwargs)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the --help option, in the language in force."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("Show this message and exit.")
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the words after the name of the command."""
        pieces = [_("[OPTIONS]")] if self.options_metavar else []
        for parameter in self.get_params(ctx):
            pieces.extend(parameter.get_usage_pieces(ctx))
        return pieces

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return one line on what the command does, for shell completion."""
        written = self.help
        self.help = _shown(written)
        try:
            return super().get_short_help_str(limit)
        finally:
            self.help = written

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        written = self.help
        self.help = _shown(written)
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = written


class Group(Command, click.Group):
    """A group of verbs, each imported when it is needed.

    verbs : name → (where its command is, "module:attribute", one line on what it does).
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - click's own
        verbs: Mapping[str, tuple[str, str]] | None = None,
        **kwargs: Any,  # noqa: ANN401 - click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self.verbs = dict(verbs or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs, in the order in which a person comes to need them."""
        del ctx
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb."""
        del ctx
        if cmd_name not in self.verbs:
            return None
        module, _colon, attribute = self.verbs[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):  # pragma: no cover - a slip of ours
            raise TypeError(cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which one may have been meant."""
        if args and args[0] not in self.verbs and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=self.verbs, ctx=ctx)
        return super().resolve_command(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the words after the name of the group."""
        return [*super().collect_usage_pieces(ctx), _("COMMAND [ARGS]...")]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without importing any."""
        rows = [(name, _(self.verbs[name][1])) for name in self.list_commands(ctx)]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)


def command(name: str, *, help: str) -> Callable[[Callable[..., Any]], Command]:  # noqa: A002
    """Declare a command; `help` is marked with `N_`."""
    return click.command(name, cls=Command, help=help)


def option(*names: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # noqa: ANN401
    """Declare an option; its help and metavar are marked with `N_`."""
    return click.option(*names, cls=Option, **settings)


def argument(*names: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # noqa: ANN401
    """Declare an argument; its help and metavar are marked with `N_`."""
    return click.argument(*names, cls=Argument, **settings)


def language_asked(arguments: Sequence[str]) -> str:
    """Return the language in which to begin: --lang before the verb, else the environment's."""
    waiting = iter(arguments)
    for word in waiting:
        if not word.startswith("-"):
            break  # the verb: what follows is its own
        name, equals, value = word.partition("=")
        if name in {"--lang", "--home"} and not equals:
            value = next(waiting, "")
        if name == "--lang" and value in LANGUAGES:
            return value
    return language.preferred()
