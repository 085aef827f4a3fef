"""The `huiying` command: one file in `commands/` per subcommand, loaded only when it is used."""

import importlib
import pkgutil

import click

from huiying import commands


class LazyGroup(click.Group):
    """A group whose subcommands are the modules of `huiying.commands`; a name's underscores become hyphens.

    A module called after another one, as `source_table` after `source`, is a command of that one, which adds it itself.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = {found.name for found in pkgutil.iter_modules(commands.__path__)}
        own = (name for name in names if not any(name.startswith(f"{other}_") for other in names))
        return sorted(name.replace("_", "-") for name in own)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"huiying.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """回应 Huiying：政务舆情监测、研判、时限与回应。"""
