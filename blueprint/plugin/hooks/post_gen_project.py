"""Compiles the English catalog: a binary file cannot be a template."""

import sys
from pathlib import Path

try:
    from zelfregie_tenants.contract.catalog import compile_catalog
except ImportError:
    sys.stderr.write(
        "Zelfregie is not installed beside cookiecutter. Install it and your plugin, and run:\n"
        "  zelfregie plugin translate [[ cookiecutter.slug ]]\n"
    )
else:
    for catalog in Path("src").rglob("*.po"):
        compile_catalog(catalog)
