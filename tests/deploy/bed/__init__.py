"""A bed of real hosts: Debian with real systemd, booted by systemd-nspawn in network namespaces of their own.

    bed = Bed("test")
    host, = bed.up(["one"])
    host.run("systemctl is-system-running")
    bed.down()

It needs root on a Debian host and no library, so that it also runs where no environment was made yet:
`python3 -m bed up one` in tests/deploy. Everything it makes carries a name that begins with `zbed`, or stands in
var/bed; `down`, and the next `up`, remove what a killed run left.
"""

from bed.beds import Bed
from bed.errors import BedError
from bed.hosts import Host
from bed.mail_sink import MailSink

__all__ = ["Bed", "BedError", "Host", "MailSink"]
