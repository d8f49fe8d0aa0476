"""Conversations of clients and components with a whole server, as plain text: tests/conversations/servers/README.md."""
