"""What can be done with regions: plain functions with verbs. Interfaces call these; these call models."""
