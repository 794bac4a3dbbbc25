"""Certificates of attendance and completion, computed from the register of `training`."""
