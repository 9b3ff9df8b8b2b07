"""The blueprint as this release carries it, and baking an instance from answers. Needs no settings and no database."""

from .baking import BLUEPRINT_FILE, BakeRefused, bake, template_folder, template_version

__all__ = ["BLUEPRINT_FILE", "BakeRefused", "bake", "template_folder", "template_version"]
