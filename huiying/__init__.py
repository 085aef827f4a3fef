"""RUN: the command, the processes, the demo city."""
