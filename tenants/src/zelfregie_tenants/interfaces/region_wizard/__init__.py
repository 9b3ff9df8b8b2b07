"""The wizard with which a coordinator makes a region, in the hub's admin."""
