"""The contract of a plugin, as checks that answer red or green: `zelfregie plugin check NAME`.

Each check is a small module with `check(subject)`, which yields findings: a place, what is wrong there, and what to do.
`running.CHECKS` names them in the order in which they run. See docs/reference/plugin-contract.md.
"""
