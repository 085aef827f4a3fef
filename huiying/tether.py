"""Tie a process to its parent: when the parent dies, even by kill -9, the kernel kills the process.

Run as a file, `python -I -S tether.py PARENT COMMAND…` ties itself and then becomes the command. A wrapper rather than
a `preexec_fn`, because the supervisor has threads; it imports nothing of this project, to start in a few milliseconds.
"""

import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie_to(parent: int) -> None:
    """Ask to be killed with `parent`; exit at once if it is already gone. The tie survives exec, but not fork."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)


def tethered(argv: list[str]) -> list[str]:
    """Return the command words that run `argv` tied to this process. Start them from a thread that lives as long."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *argv]


def main() -> None:
    """Become the command given after the parent's pid; exit status 127 if it cannot be started."""
    tie_to(int(sys.argv[1]))
    try:
        os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606, without a shell on purpose
    except OSError as error:
        print(f"不能启动 {sys.argv[2]}：{error.strerror}", flush=True)
        raise SystemExit(127) from None


if __name__ == "__main__":
    main()
