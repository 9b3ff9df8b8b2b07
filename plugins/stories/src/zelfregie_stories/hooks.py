"""The hooks that the stories plugin implements."""
