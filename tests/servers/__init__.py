"""Real servers that the tests start for themselves, on free ports, and end with themselves.

with postgresql() as database_server, redis() as broker:
    url = database_server.ready_database()
    broker.url
"""

from tests.servers.nginx import nginx
from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.process import free_port
from tests.servers.redis import Redis, redis
from tests.servers.s3 import S3, s3

__all__ = ["S3", "PostgreSQL", "Redis", "free_port", "nginx", "postgresql", "redis", "s3"]
