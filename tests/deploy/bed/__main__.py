"""The bed by hand: `python3 -m bed up one`, in tests/deploy."""

import argparse
import os
import sys

from bed import machine
from bed.beds import NEWEST, Bed, standing
from bed.errors import BedError


def main(arguments: list[str]) -> int:
    """Do what the command line asks; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m bed", description="Boot hosts, to try things on.")
    parser.add_argument("--bed", default="main", help="the name of the bed; several can stand at a time")
    verbs = parser.add_subparsers(dest="verb", required=True)
    up = verbs.add_parser("up", help="make hosts anew and boot them")
    up.add_argument("names", nargs="+", metavar="HOST")
    up.add_argument("--release", default=NEWEST, help="the Debian release (default: %(default)s)")
    verbs.add_parser("check", help="install what is lacking, or say why no bed can stand on this machine")
    verbs.add_parser("down", help="remove the bed and everything in it")
    verbs.add_parser("list", help="show what stands")
    ssh = verbs.add_parser("ssh", help="log in, or run a command")
    for verb, what in (("reboot", "let a host start anew"), ("cut", "cut its power"), ("boot", "switch it on again")):
        verbs.add_parser(verb, help=what).add_argument("host")
    ssh.add_argument("host")
    ssh.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    try:
        return _do(options)
    except BedError as error:
        print(f"{error}", file=sys.stderr)
        return 1


def _do(options: argparse.Namespace) -> int:
    bed = Bed(options.bed)
    if options.verb == "up":
        with bed.held():
            bed.up(options.names, options.release)
        print(f"ssh -F {os.path.relpath(bed.ssh_config)} {options.names[0]}")
    elif options.verb == "check":
        machine.prepare()
    elif options.verb == "down":
        with bed.held():
            bed.down()
    elif options.verb == "list":
        for name in standing():
            for host in Bed(name).hosts:
                print(f"{name}  {host.name}  {host.address}  {'on' if host.is_running else 'off'}  {host.release}")
    elif options.verb == "ssh":
        words = ["ssh", "-F", str(bed.ssh_config), bed.host(options.host).name, *options.command]
        os.execvp("ssh", words)  # noqa: S606 -- becomes ssh, with the terminal
    elif options.verb == "reboot":
        bed.host(options.host).reboot()
    elif options.verb == "cut":
        bed.host(options.host).cut_power()
    elif options.verb == "boot":
        host = bed.host(options.host)
        host.boot()
        host.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
