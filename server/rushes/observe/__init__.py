"""How the studio tells what it is doing: logs, health and readiness."""
