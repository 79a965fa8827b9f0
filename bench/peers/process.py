"""Runs a child process, and says what it cost."""

import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass

# every contestant gets one thread, but fastText (see there)
ONE_THREAD = {
    name: "1"
    for name in ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
}


class ProcessError(Exception):
    """A child process failed; holds the last lines that it said."""


@dataclass
class Cost:
    """What a process took."""

    # user and system seconds, of the process and of those that it waited for
    cpu: float
    # greatest resident set, in bytes
    peak: int


def run(command, limit=None):
    """Runs the command, `limit` seconds at most; its cost is its own, whatever runs beside it."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=os.environ | ONE_THREAD,
        )
        late = threading.Timer(limit or threading.TIMEOUT_MAX, child.kill)
        late.daemon = True
        late.start()
        _, status, usage = os.wait4(child.pid, 0)
        over = not late.is_alive()
        late.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        if over:
            raise ProcessError(f"ended after {limit} s")
        if child.returncode != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()[-3:]
            raise ProcessError(f"exit {child.returncode}: " + " / ".join(said))
    # Linux counts kilobytes, macOS bytes
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)
