"""A program that runs another one until its own standard input ends: when whoever started it dies.

Run as a script, so that it costs no more than a bare interpreter.
"""

import contextlib
import signal
import subprocess
import sys
import threading

GRACE_S = 4.0  # to end by itself


def main(command: list[str]) -> int:
    """Run the command; its exit status."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def watch() -> None:
        with contextlib.suppress(OSError, ValueError):
            while sys.stdin.buffer.read(4096):
                pass
        child.terminate()
        try:
            child.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()

    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    threading.Thread(target=watch, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
