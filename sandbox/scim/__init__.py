"""SCIM's own rules (RFC 7643 and RFC 7644), pure: no HTTP, no disk, no clock, no dialect."""
