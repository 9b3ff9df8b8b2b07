"""Groups in the forms that others read: tables, HSDS 3.0 and Meeting Guide. Never an address of a host."""
