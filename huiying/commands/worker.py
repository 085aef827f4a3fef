"""`huiying worker`."""

import click

from huiying import worker
from huiying.process import serve


@click.command("worker")
def command() -> None:
    """抓取与研判：有人叫就干，没人叫自己找。"""
    serve(worker.run)
