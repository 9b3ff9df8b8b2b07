"""What the isolation sweep is made of; tests/isolation uses it, docs/explanation/isolation.md tells what it proves.

- `canaries`: tell-tale words, one per region, model and field, and how to find them;
- `filler`, `field_values`: rows for every model of a region, with the same keys everywhere and a canary in every text;
- `addresses`, `arguments`: every URL of the resolver, and with what it is asked;
- `sweep`, `forms`: the roles, and their requests;
- `at_rest`: what the tables hold afterwards;
- `expected`: what may be seen of another region, and why.

What an answer says, unpacked, and what a request does besides answering (mail, cache, tasks, files, log) is looked at
by the contract of plugins as well, with the same code: `zelfregie_tenants.testing`, `contents`, `watching`, `tables`.
"""
