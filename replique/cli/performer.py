"""`replique performer`: the people whose work it is."""

from __future__ import annotations

import click

from replique.cli.grammar import N_, Group, argument, command, option
from replique.cli.terminal import say, say_json, shown, table
from replique.language import gettext as _
from replique.store.slugs import slug

_HERE = "replique.cli.performer"


@click.group(
    "performer",
    cls=Group,
    verbs={
        "add": (f"{_HERE}:add", N_("Add a performer.")),
        "list": (f"{_HERE}:list_", N_("List the performers.")),
        "dates": (f"{_HERE}:dates", N_("Say when a performer was born, or has died.")),
        "rename": (f"{_HERE}:rename", N_("Mend the name of a performer.")),
        "remove": (f"{_HERE}:remove", N_("Remove a performer who has no takes.")),
    },
    help=N_("The people whose work it is: the first thing to tell Réplique."),
)
def performer() -> None:
    """Say whose takes are looked for."""


@command("add", help=N_("Add a performer, by the name under which they work."))
@argument("name", metavar=N_("NAME"), help=N_('First and last name, for instance "Awa Diop".'))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def add(name: str, *, as_json: bool) -> None:
    """Register a performer under a short name that is free."""
    from replique import store

    store.open()
    known = store.performers()
    made = store.add_performer(name, slug(name, {each.slug for each in known}))
    if as_json:
        say_json({"ok": True, "performer": made.slug, "name": made.name})
        return
    for each in known:
        if each.name.casefold() == made.name.casefold():
            say(_("There was already somebody of that name, {slug}.").format(slug=shown(each.slug)))
    say(_("{name} is added, as {slug}.").format(name=shown(made.name), slug=shown(made.slug)))
    say(_("Next, their recordings: replique take add {slug} FILES").format(slug=shown(made.slug)))
    say(_("Their voice, if they want it: replique voice enrol {slug} FILES").format(slug=made.slug))


@command("list", help=N_("List the performers, with how many takes are looked for."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def list_(*, as_json: bool) -> None:
    """List the performers."""
    from replique import store
    from replique.report.numerals import number

    store.open()
    known = store.performers()
    if as_json:
        say_json(
            {
                "ok": True,
                "performers": [
                    {"performer": each.slug, "name": each.name, "takes": each.takes}
                    for each in known
                ],
            }
        )
        return
    if not known:
        say(_('No performer yet. The first: replique performer add "NAME"'))
        return
    table(
        [_("Short name"), _("Name"), _("Takes")],
        [[each.slug, each.name, number(each.takes)] for each in known],
        right=(2,),
    )


@command("rename", help=N_("Mend the name of a performer; the short name stays."))
@argument("performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
@argument("name", metavar=N_("NAME"), help=N_("The right name."))
def rename(performer: str, name: str) -> None:
    """Give a performer another name."""
    from replique import store

    store.open()
    made = store.rename_performer(performer, name)
    say(_("{slug} is now {name}.").format(slug=shown(made.slug), name=shown(made.name)))


@command(
    "dates",
    help=N_(
        "Say when a performer was born, or has died, as far as consent depends on it: who was "
        "a minor when a paper was signed, who speaks for an estate.\n\n"
        "Without an option, show what is known. The dates stay on this computer."
    ),
)
@argument("performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
@option("--born", metavar=N_("DATE"), help=N_("2010-03-05, 2010-03 or 2010; empty: not known."))
@option("--died", metavar=N_("DATE"), help=N_("The same; empty: not known, or alive."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def dates(performer: str, born: str | None, died: str | None, *, as_json: bool) -> None:
    """Set or show the dates of a performer."""
    from replique import store

    store.open()
    asked = born is None and died is None
    known = store.life(performer) if asked else store.set_life(performer, born=born, died=died)
    if as_json:
        told = {"performer": known.performer, "born": known.born, "died": known.died}
        say_json({"ok": True, **{key: day or None for key, day in told.items()}})
        return
    say(_("Born: {day}").format(day=known.born or _("not known")))
    say(_("Died: {day}").format(day=known.died or _("not known")))


@command("remove", help=N_("Remove a performer who has no takes."))
@argument("performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
def remove(performer: str) -> None:
    """Forget a performer."""
    from replique import store

    store.open()
    store.remove_performer(performer)
    say(_("{slug} is removed.").format(slug=shown(performer)))
