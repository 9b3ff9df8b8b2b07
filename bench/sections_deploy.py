"""The section of bench/README.md about a server: from bare Debian to regions, upgrades, and pages through Caddy."""

KINDS = {
    "static": "a file of the same size, sent by Caddy itself",
    "kept": "the page, kept",
    "anew": "the page, made anew",
}


def deploy_section(deploy: dict) -> str:
    """What `make test-deploy` measured on the way, on a booted Debian."""
    made, upgrade, pages = deploy["one_machine"], deploy["upgrade"], deploy["pages"]
    best = {kind: max(found, key=lambda each: each["per_second"]) for kind, found in pages["rates"].items()}
    cost = {kind: min(each["processor_ms"] for each in found) for kind, found in pages["rates"].items()}
    rows = "\n".join(
        f"| {text} | {best[kind]['per_second']:.0f} | {best[kind]['p95_ms']:.1f} | {cost[kind]:.2f}"
        f" | {cost['anew'] / cost[kind]:.1f} |"
        for kind, text in KINDS.items()
    )
    times = best["kept"]["per_second"] / best["anew"]["per_second"]
    return f"""\
`make test-deploy`: one Debian that boots, with its packages in a cache, and the real playbooks over SSH.

- **From bare Debian to two regions over HTTPS**: {made["seconds"] / 60:.1f} minutes, of which `site.yml`
  {made["site"] / 60:.1f}; {made["commands"]} commands (`site.yml`, and `region.yml` for each). Goal: at most 10
  minutes.
- **Upgrade while {upgrade["rate"]} visitors a second come**: {upgrade["seconds"]:.0f} s from start to end;
  {upgrade["answered"]} requests answered, {upgrade["lost"]} lost; the slowest took {upgrade["slowest"]:.1f} s. Goal: 0
  lost.

The home page of a region ({pages["size"]} bytes) through Caddy, over four kept connections with TLS. Visitors are on
the same machine and take their part of it, which holds the quickest back most; computing is that of the host alone, for
one answer.

| | answers a second | p95, ms | computing, ms | cheaper than made anew |
|---|---|---|---|---|
{rows}

Goal: a kept page at least 5 times the rate of one made anew: {times:.1f} times."""
