"""Telling many sockets at once: the Socket.IO server and its fan-out. Who hears what is up to the slices."""
