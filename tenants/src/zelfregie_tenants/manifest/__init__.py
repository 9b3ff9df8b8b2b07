"""The manifest: an instance folder, read and checked into plain values. Needs no settings and no database."""

from .model import (
    Area,
    Brand,
    ContentBlock,
    ContentFile,
    Editor,
    Hosting,
    Identity,
    Manifest,
    Organisation,
    PluginChoice,
)
from .problems import ManifestError, Problem
from .reader import BLUEPRINT_VERSION, read_manifest

__all__ = [
    "BLUEPRINT_VERSION",
    "Area",
    "Brand",
    "ContentBlock",
    "ContentFile",
    "Editor",
    "Hosting",
    "Identity",
    "Manifest",
    "ManifestError",
    "Organisation",
    "PluginChoice",
    "Problem",
    "read_manifest",
]
