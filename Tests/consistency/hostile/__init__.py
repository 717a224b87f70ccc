"""Hostile callers of a gateway, in a process of their own, and the verdict on what the gateway needed meanwhile."""
