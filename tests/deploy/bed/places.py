"""Where the bed keeps things."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
#: What belongs to a bed that stands: roots of hosts, keys, logs. Each bed has a folder by its name.
STATE = ROOT / "var" / "bed"
#: What the last run of each bed left to read.
LOGS = ROOT / "var" / "bed-logs"
#: What makes the next run quick, also that of another checkout: root file systems, packages, wheels.
CACHE = Path(os.environ.get("ZELFREGIE_BED_CACHE") or Path.home() / ".cache" / "zelfregie-bed")
#: What holds for the whole machine until it is restarted.
RUN = Path("/run/zelfregie-bed")
#: Every bridge, cgroup, table and machine that the bed makes begins with this.
PREFIX = "zbed"
