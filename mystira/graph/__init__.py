"""Microsoft Graph: the client, and what is compared and written through it."""
