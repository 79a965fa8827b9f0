"""Runs a child process, and says what it cost."""

import os
import subprocess
import tempfile
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


def run(command, out=subprocess.DEVNULL):
    """Runs the command to its end, by its own usage of resources: others may run beside it."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            env=os.environ | ONE_THREAD,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()[-3:]
            raise ProcessError(f"exit {child.returncode}: " + " / ".join(said))
    # Linux counts kilobytes, macOS bytes
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)
