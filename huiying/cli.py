"""The `huiying` command: one file in `commands/` per subcommand, loaded only when it is used."""

import importlib
import pkgutil

import click

from huiying import commands


class LazyGroup(click.Group):
    """A group whose subcommands are the modules of `huiying.commands`; a name's underscores become hyphens."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(found.name.replace("_", "-") for found in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"huiying.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """回应 Huiying：政务舆情监测、研判、时限与回应。"""
