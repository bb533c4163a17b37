"""What every test relies on."""

from __future__ import annotations

import signal

# A shell that starts a job in the background has it ignore Ctrl-C, and what a process ignores its
# children ignore too: tests that interrupt a command need the ordinary behaviour.
signal.signal(signal.SIGINT, signal.default_int_handler)
