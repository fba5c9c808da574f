"""The hospital in a box: network namespaces of one user namespace, a real firewall between them (DESIGN section 10)."""
