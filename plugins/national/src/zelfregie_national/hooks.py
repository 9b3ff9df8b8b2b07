"""The hooks that the national plugin implements."""
