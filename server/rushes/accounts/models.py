"""The shapes of requests and answers about people and their sessions."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rushes.actor import Role


class _Request(BaseModel):
    # Strict: a number is not a name.
    model_config = ConfigDict(extra="forbid", strict=True)


class SignIn(_Request):
    """Either name is enough; an address may also stand in `username`."""

    username: str | None = Field(default=None, max_length=1000, examples=["admin"])
    email: str | None = Field(default=None, max_length=1000)
    password: str = Field(max_length=10_000)


class Register(_Request):
    """With an address alone, the name is derived from it."""

    username: str | None = Field(default=None, max_length=1000, examples=["ada"])
    email: str | None = Field(default=None, max_length=1000)
    display_name: str | None = Field(default=None, max_length=1000)
    password: str = Field(max_length=10_000)
    invite: str | None = Field(default=None, max_length=1000)


class SignInOrRegister(Register):
    """One address for both, as old clients know it."""

    action: Literal["login", "register"]


class Refresh(_Request):
    """Without a token the session cookie is meant."""

    refresh_token: str | None = Field(default=None, max_length=10_000)


class ProfileChange(_Request):
    """What is left out stays; null clears."""

    display_name: str | None = Field(default=None, max_length=1000)
    email: str | None = Field(default=None, max_length=1000)


class PasswordChange(_Request):
    """The present password proves that it is the person and not a borrowed browser."""

    current_password: str = Field(max_length=10_000)
    new_password: str = Field(max_length=10_000)


class User(BaseModel):
    """A person, as they see themselves."""

    id: str
    username: str
    email: str | None
    display_name: str | None
    role: Role
    must_change_password: bool
    created_at: int
    avatar_url: str | None
    space_id: str


class SignedIn(BaseModel):
    """Tokens for programs; browsers keep the `session` cookie that comes with it. `expires_in` is the
    access token's life in seconds."""

    token: str
    refresh_token: str
    expires_in: int
    user: User


class Me(BaseModel):
    user: User
    session_id: str | None


class Profile(BaseModel):
    user: User


class Session(BaseModel):
    """A place where one is signed in."""

    id: str
    current: bool
    created_at: int
    last_seen_at: int
    address: str | None
    user_agent: str | None


class Sessions(BaseModel):
    sessions: list[Session]


class Ended(BaseModel):
    """How many sessions were ended."""

    success: bool = True
    ended: int


class Done(BaseModel):
    success: bool = True


class StudioInfo(BaseModel):
    """What the sign-in page needs to know before anybody is signed in."""

    name: str
    version: str
    demo: bool
    registration: Literal["invite", "open", "closed"]
    password_min_length: int
    default_video_model: str
    # The administrator still has the password that was printed at the first start.
    first_run: bool
    # Whether this request came with a session: a page that starts asks here, where "no" is no error.
    signed_in: bool
