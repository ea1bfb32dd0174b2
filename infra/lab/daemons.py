"""Starts and ends the lab's servers. A server is known by its process id together with that process's
start time, so that nothing else is ever taken for it."""
import os
import pathlib
import select
import signal
import subprocess

GRACE = 20  # seconds between the polite and the hard end


class Daemon:
    def __init__(self, folder, name):
        self.name = name
        self.log = folder / 'log' / f'{name}.out'
        self.record = folder / 'pids' / name

    def running(self):
        return self.pid() is not None

    def pid(self):
        try:
            pid, born = map(int, self.record.read_text().split())
        except (FileNotFoundError, ValueError):
            return None
        return pid if born_at(pid) == born else None

    def start(self, *command, **environment):
        """Starts it in a session of its own, unless it runs already."""
        if self.running():
            return
        for path in (self.log, self.record):
            path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, 'ab') as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **environment}, start_new_session=True)
        self.record.write_text(f'{process.pid} {born_at(process.pid)}\n')

    def stop(self):
        """Ends it and what it forked; true when there was something to end."""
        pid = self.pid()
        if pid is not None:
            handle = os.pidfd_open(pid)
            signal.pidfd_send_signal(handle, signal.SIGTERM)
            select.select([handle], [], [], GRACE)
            os.close(handle)
            try:
                os.killpg(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.record.unlink(missing_ok=True)
        return pid is not None


def born_at(pid):
    """The start time of a live process in clock ticks since boot, else None."""
    try:
        fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == 'Z' else int(fields[19])
