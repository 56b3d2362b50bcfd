"""What an identity source would change in a directory, and the SCIM calls that would do it; pure."""
