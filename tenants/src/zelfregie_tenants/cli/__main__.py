"""`python -m zelfregie_tenants.cli`: the command, where its script is not on the path."""

from zelfregie_tenants.cli import main

if __name__ == "__main__":
    main()
