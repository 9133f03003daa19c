"""The public shapes of providers as administrators see and set them. No answer carries a key."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from rushes.http.fields import NotTrue, is_one_line
from rushes.money.models import Usd
from rushes.secrets import can_be_sent

ProviderName = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", max_length=40)
]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", max_length=40)]
BaseUrl = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(is_one_line)
]
ApiKey = Annotated[SecretStr, Field(max_length=10_000), AfterValidator(can_be_sent)]
Concurrency = Annotated[int, NotTrue, Field(ge=1, le=1000)]
Price = Annotated[float, NotTrue, Field(ge=0, le=10_000, allow_inf_nan=False)]
ModelNames = Annotated[
    list[
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
            AfterValidator(is_one_line),
        ]
    ],
    Field(max_length=200),
]


class Request(BaseModel):
    """The base of all bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ProviderValues(Request):
    """What a provider is made of. Null and empty leave the choice to its kind."""

    kind: Kind
    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    concurrency: Concurrency | None = None
    models: ModelNames = []
    price_per_second: Price | None = None


class ProviderTry(ProviderValues):
    """Values to try before they are saved. `name` is of a saved provider whose key is meant where none is
    given, as long as the address is the one that it was given for."""

    name: ProviderName | None = None


class ProviderCreate(ProviderValues):
    """A provider to connect. Without a name it takes its kind's, with a number if that is taken.
    `monthly_cap_usd` is the most that everybody together may spend there in a calendar month (UTC); null: as
    much as they like."""

    name: ProviderName | None = None
    enabled: bool = True
    monthly_cap_usd: Usd | None = None


class ProviderChange(Request):
    """What changes; what is left out stays. A key that is null or empty is taken away."""

    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    concurrency: Concurrency | None = None
    models: ModelNames = []
    price_per_second: Price | None = None
    enabled: bool = True
    monthly_cap_usd: Usd | None = None


class CapChange(Request):
    """The most that everybody together may spend at a provider in a calendar month; null: as much as they
    like."""

    monthly_cap_usd: Usd | None


class DefaultsChange(Request):
    """`default_video_model` is `provider/model`, or any name that means one model; null goes back to what the
    environment says."""

    default_video_model: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None
    )


class Defaults(BaseModel):
    """`default_video_model` is an administrator's choice, `from_environment` is DEFAULT_VIDEO_MODEL, and
    `in_force` what a request without a model gets now."""

    default_video_model: str | None
    from_environment: str | None
    in_force: str


class Problem(BaseModel):
    """Why a saved provider is not in force, with what to do about it."""

    code: str
    message: str


class AdminProvider(BaseModel):
    """A provider as administrators see it. `embedded` ones come with the studio, those of the `environment`
    are changed there. `key` is a mask, null for no key. `models` are offered now, `models_chosen` are named
    in the settings. `state` says whether it is in force: `off` is switched off, `broken` and `hidden` say why
    in `problem`. Times are Unix seconds, prices USD. `spent_this_month_usd` and `reserved_usd` are of
    everybody; `near_cap` is true from 80 % of the cap on."""

    name: str
    kind: str
    label: str
    source: Literal["embedded", "environment", "settings"]
    state: Literal["on", "off", "broken", "hidden"]
    problem: Problem | None
    base_url: str | None
    key: str | None
    concurrency: int | None
    concurrency_in_force: int | None
    models_chosen: list[str]
    models: list[str]
    price_per_second: float | None
    monthly_cap_usd: float | None
    spent_this_month_usd: float
    reserved_usd: float
    near_cap: bool
    health: Literal["ok", "down", "unknown"]
    circuit: Literal["closed", "open", "half_open"]
    retry_at: int | None
    last_error: str | None
    paused: bool
    running: int
    waiting: int
    created_at: int | None
    updated_at: int | None


class AdminProviders(BaseModel):
    providers: list[AdminProvider]


class ProviderKind(BaseModel):
    """A kind of provider that can be connected. `key_page` is where its keys are made, `key_variable` the
    vendor's own name for one in an environment."""

    name: str
    label: str
    needs_key: bool
    needs_address: bool
    key_variable: str | None
    key_page: str | None
    address_example: str | None


class ProviderKinds(BaseModel):
    kinds: list[ProviderKind]


class FoundModel(BaseModel):
    """A model that a provider offers. The price is in USD a second, where it is that simple and known."""

    name: str
    label: str
    price_per_second: float | None


class Tried(BaseModel):
    """What became of a free question to a provider. `code` and `message` say why it is not `ok`, or what is
    to be known all the same. `balance_usd` is what is left there, null where it does not say."""

    ok: bool
    code: str | None
    message: str
    models: list[FoundModel]
    balance_usd: float | None
    took_ms: int


class ProviderRemoved(BaseModel):
    success: bool
