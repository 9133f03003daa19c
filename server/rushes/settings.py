"""Settings from the environment and `.env`; every one is described in docs/settings.md.

settings = Settings()                       # reads the environment
settings = Settings(data_dir=tmp, port=0)   # tests
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from rushes.secrets import can_be_sent

# Addresses to listen on that are no addresses to visit.
_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ORIGIN = re.compile(r"https?://[^\s/@?#]+/?", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[^\s/@?#]+", re.IGNORECASE)
_DATABASES = re.compile(r"(postgres(ql)?(\+asyncpg)?|sqlite(\+aiosqlite)?)://")


class BadSetting(Exception):
    """A setting that only the start finds out to be of no use. The message names its variable."""


def _duration(value: Any) -> Any:
    """`43200`, `12h`, `30m` or `7d` as seconds."""
    if isinstance(value, str):
        found = re.fullmatch(r"\s*(\d+)\s*([smhd]?)\s*", value)
        if not found:
            raise ValueError("must be a number of seconds, or a duration such as 30m, 12h or 7d")
        return int(found[1]) * _UNITS[found[2] or "s"]
    return value


def _comma_separated(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Seconds = Annotated[int, BeforeValidator(_duration)]
Names = Annotated[list[str], NoDecode, BeforeValidator(_comma_separated)]


# Names of what works on this machine.
EMBEDDED = ("animatic", "espeak", "outline")

# What a provider is told of who asks, and what it asks for a second, a still or a million tokens, in USD.
ApiKey = Annotated[SecretStr, AfterValidator(can_be_sent)]
Price = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


class ProviderSettings(BaseModel):
    """One named provider: `PROVIDERS__<NAME>__KIND`, `…__BASE_URL` and so on."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(default="openai", pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    base_url: str | None = None
    api_key: ApiKey | None = None
    concurrency: int | None = Field(default=None, ge=1, le=1000)
    models: Names = []
    price_per_second: Price | None = None
    # What else an OpenAI-shaped server makes; without them its models' names decide.
    image_models: Names = []
    speech_models: Names = []
    writer_models: Names = []
    price_per_image: Price | None = None
    price_per_1000_characters: Price | None = None
    price_per_million_tokens_in: Price | None = None
    price_per_million_tokens_out: Price | None = None
    price_per_minute: Price | None = None
    bill_to: str | None = Field(default=None, max_length=100)


class Settings(BaseSettings):
    """Everything that can be chosen from outside. Field names are the variables' names in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
    )

    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    public_url: str | None = None
    allowed_origins: Names = Field(default=[], validation_alias=AliasChoices("allowed_origins", "client_url"))
    trusted_proxies: Names = []
    x_accel_redirect: str | None = Field(default=None, pattern=r"^/[\w./-]+$")

    data_dir: Path = Path("data")
    videos_dir: Path = Path("videos")
    database_url: str | None = None
    database_path: Path | None = None
    users_file: Path | None = None
    redis_url: str | None = None

    storage: Literal["local", "s3"] | None = None
    s3_bucket: str | None = Field(default=None, validation_alias=AliasChoices("aws_s3_bucket", "s3_bucket"))
    aws_region: str | None = None
    # The last three are boto's own names. It reads them from the environment, but knows no `.env`.
    aws_endpoint_url_s3: str | None = None
    aws_access_key_id: str | None = None
    aws_secret_access_key: SecretStr | None = None

    jwt_secret: SecretStr | None = None
    encryption_key: SecretStr | None = None
    jwt_ttl: Seconds = Field(default=12 * 3600, ge=60, le=30 * 86400)
    admin_password: SecretStr | None = None
    password_min_length: int = Field(default=8, ge=1, le=72)
    # bcrypt's cost; each step doubles the time that one check takes.
    bcrypt_rounds: int = Field(default=12, ge=4, le=16)
    registration: Literal["invite", "open", "closed"] = "invite"
    signin_limit: str = "10/minute"
    register_limit: str = "10/hour"
    api_limit: str = "off"
    demo: bool = False

    default_video_model: str | None = None
    default_image_model: str | None = None
    default_speech_model: str | None = None
    default_writer_model: str | None = None
    default_transcription_model: str | None = None
    model_aliases: dict[str, str] = {}
    openai_api_key: ApiKey | None = None
    openai_base_url: str | None = None
    runwayml_api_secret: ApiKey | None = Field(
        default=None, validation_alias=AliasChoices("runwayml_api_secret", "runway_api_key")
    )
    gemini_api_key: ApiKey | None = None
    groq_api_key: ApiKey | None = None
    replicate_api_token: ApiKey | None = None
    fal_key: ApiKey | None = None
    hf_token: ApiKey | None = None
    luma_api_key: ApiKey | None = None
    providers: dict[str, ProviderSettings] = {}
    ffmpeg_path: Path | None = None

    metrics: Literal["local", "off", "open"] = "local"
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"
    shutdown_grace: Seconds = 20

    @field_validator("signin_limit", "register_limit", "api_limit")
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        from limits import parse_many

        if value != "off":
            parse_many(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _is_a_web_address(cls, value: str | None) -> str | None:
        if value is not None and not _WEB_ADDRESS.match(value):
            raise ValueError("must be an address such as https://rushes.example")
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} must be an origin such as https://app.example, without a path")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_a_redis(cls, value: str | None) -> str | None:
        # The value may hold a password, so no complaint repeats it.
        if value is not None and not re.match(r"(rediss?|unix)://", value):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: list[str]) -> list[str]:
        for network in value:
            ip_network(network, strict=False)
        return value

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, value: str | None) -> str | None:
        # The value may hold a password, so no complaint repeats it.
        if value is None:
            return None
        if not _DATABASES.match(value):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise ValueError("must look like postgresql://user:password@host/name") from None
        if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
            raise ValueError("must name a file: sqlite:////var/lib/rushes/rushes.db")
        return value

    @field_validator("providers")
    @classmethod
    def _names_are_plain(cls, value: dict[str, ProviderSettings]) -> dict[str, ProviderSettings]:
        for name in value:
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
                raise ValueError(f"provider name {name!r} may have only letters, digits and hyphens")
            if name in EMBEDDED:
                raise ValueError(f"the name {name} is taken by the embedded provider")
        return value

    @model_validator(mode="after")
    def _demo_is_easy(self) -> Settings:
        """A demonstration lets people register, with the short passwords that old documents show."""
        if self.demo:
            if "registration" not in self.model_fields_set:
                self.registration = "open"
            if "password_min_length" not in self.model_fields_set:
                self.password_min_length = 6
        return self

    @property
    def keeps_files_in_s3(self) -> bool:
        """Chosen by STORAGE, else by naming a bucket."""
        return (self.storage or ("s3" if self.s3_bucket else "local")) == "s3"

    @property
    def effective_database_url(self) -> str:
        """The SQLAlchemy URL: DATABASE_URL, else SQLite at DATABASE_PATH, else `data/rushes.db`."""
        if self.database_url:
            url = re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", self.database_url)
            return re.sub(r"^sqlite://", "sqlite+aiosqlite://", url)
        path = (self.database_path or self.data_dir / "rushes.db").resolve()
        return f"sqlite+aiosqlite:///{path}"

    @property
    def effective_redis_url(self) -> str | None:
        """REDIS_URL, spoken in version 2 of the protocol unless it says otherwise: with version 3 redis-py
        8.1 hands out connections that a restarted server has closed, so that each breaks once more."""
        if self.redis_url is None or "protocol=" in self.redis_url:
            return self.redis_url
        return f"{self.redis_url}{'&' if '?' in self.redis_url else '?'}protocol=2"

    @property
    def effective_users_file(self) -> Path:
        return self.users_file or self.data_dir / "users.json"

    @property
    def effective_public_url(self) -> str:
        """Where people reach the studio, without a trailing slash."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "127.0.0.1" if self.host in _EVERYWHERE else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
