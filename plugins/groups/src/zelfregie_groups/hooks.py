"""The hooks that the groups plugin implements."""
