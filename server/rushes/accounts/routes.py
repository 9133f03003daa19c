"""Signing in and out, one's profile, password and sessions, and what the sign-in page must know."""

from __future__ import annotations

from starlette.responses import Response

from rushes import __version__
from rushes.accounts import names, service, sessions
from rushes.accounts.attempts import address_of, counting_failures, network_of
from rushes.accounts.cookies import clear_session_cookie, set_session_cookie
from rushes.accounts.models import (
    Done,
    Ended,
    Me,
    PasswordChange,
    Profile,
    ProfileChange,
    Refresh,
    Register,
    Session,
    Sessions,
    SignedIn,
    SignIn,
    SignInOrRegister,
    StudioInfo,
    User,
)
from rushes.errors import Invalid, Unauthorized
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.passwords import flaw

_TAG = "Signing in"


@endpoint("GET", "/api/studio", who="anyone", answers={200: StudioInfo}, tag=_TAG)
async def studio_info(call: Call) -> Response:
    """What the studio is called, and how one gets in."""
    settings = call.studio.settings
    async with call.studio.reading() as session:
        first_run = await service.is_first_run(session)
    return answer(
        StudioInfo(
            name="Rushes",
            version=__version__,
            demo=settings.demo,
            registration=settings.registration,
            password_min_length=settings.password_min_length,
            default_video_model=call.studio.providers.default_model,
            first_run=first_run,
            signed_in=call.known_actor is not None,
        )
    )


@endpoint(
    "POST",
    "/api/auth/login",
    who="anyone",
    body=SignIn,
    answers={200: SignedIn},
    errors=(401, 403, 429),
    tag=_TAG,
)
async def login(call: Call) -> Response:
    """Sign in by name or email address. Sets the `session` cookie as well."""
    return await _sign_in(
        call, username=call.body.username, email=call.body.email, password=call.body.password
    )


@endpoint(
    "POST",
    "/api/auth/register",
    who="anyone",
    body=Register,
    answers={201: SignedIn},
    errors=(403, 409, 429),
    tag=_TAG,
)
async def register(call: Call) -> Response:
    """Make an account and sign in. With an email address alone the name is derived from it."""
    return await _register(call, call.body)


@endpoint(
    "POST",
    "/api/auth",
    who="anyone",
    body=SignInOrRegister,
    answers={200: SignedIn, 201: SignedIn},
    errors=(401, 403, 409, 429),
    tag=_TAG,
)
async def login_or_register(call: Call) -> Response:
    """Sign in or register, whichever `action` says."""
    body: SignInOrRegister = call.body
    if body.action == "register":
        return await _register(call, body)
    return await _sign_in(call, username=body.username, email=body.email, password=body.password)


@endpoint(
    "POST",
    "/api/auth/refresh",
    who="anyone",
    body=Refresh,
    body_optional=True,
    answers={200: SignedIn},
    errors=(401,),
    tag=_TAG,
)
async def refresh(call: Call) -> Response:
    """Rotate the refresh token, or the cookie's session. The previous token works for 30 seconds more; after
    that its use ends the session."""
    given: str | None = call.body.refresh_token
    by_cookie = call.known_actor is not None and getattr(call.request.state, "by_cookie", False)
    if given is None and not by_cookie:
        raise Unauthorized("Send the refresh token, or the session cookie.")
    async with call.studio.transaction() as work:
        if given is not None:
            fresh = await sessions.refresh_by_token(work, studio=call.studio, refresh_token=given)
        else:
            fresh = await sessions.refresh_by_cookie(work, call.actor, studio=call.studio)
        user = service.user_view(await service.person(work.session, fresh.user_id)) if fresh else None
    # Only now: a session that ended over this must stay ended, and raising before would have undone it.
    if fresh is None or user is None:
        raise Unauthorized("This refresh token is not valid any more. Sign in again.")
    return _signed_in(call, fresh, user)


@endpoint("POST", "/api/auth/logout", who="anyone", answers={200: Done}, tag=_TAG)
async def logout(call: Call) -> Response:
    """End the session and take the cookie back. Succeeds for those who are signed out already."""
    return await _sign_out(call)


@endpoint("POST", "/api/logout", who="anyone", answers={200: Done}, tag=_TAG)
async def logout_briefly(call: Call) -> Response:
    """The same as `/api/auth/logout`."""
    return await _sign_out(call)


@endpoint("GET", "/api/auth/me", who="newcomer", answers={200: Me}, tag=_TAG)
async def me(call: Call) -> Response:
    """Who is signed in."""
    async with call.studio.reading() as session:
        row = await service.person(session, call.actor.user_id)
    return answer(Me(user=service.user_view(row), session_id=call.actor.session_id))


@endpoint("PATCH", "/api/auth/profile", body=ProfileChange, answers={200: Profile}, errors=(409,), tag=_TAG)
async def change_profile(call: Call) -> Response:
    """Change the display name or the email address; null clears."""
    return await _change_profile(call)


@endpoint("PUT", "/api/auth/profile", body=ProfileChange, answers={200: Profile}, errors=(409,), tag=_TAG)
async def put_profile(call: Call) -> Response:
    """The same as PATCH: what is left out stays."""
    return await _change_profile(call)


@endpoint(
    "POST",
    "/api/auth/change-password",
    who="newcomer",
    body=PasswordChange,
    answers={200: SignedIn},
    errors=(429,),
    tag=_TAG,
)
async def change_password(call: Call) -> Response:
    """Change the password. Ends all other sessions; this one gets new tokens."""
    body: PasswordChange = call.body
    studio, actor = call.studio, call.actor
    async with studio.reading() as session:
        before = await service.person(session, actor.user_id)
    names.check_password(
        body.new_password,
        field="new_password",
        username=before.username,
        min_length=studio.settings.password_min_length,
    )
    if body.new_password == body.current_password:
        raise Invalid(new_password="must differ from the present one")  # noqa: S106  words about it
    async with counting_failures(studio, ("user", actor.user_id)):
        if flaw(body.current_password) or not await studio.passwords.matches(
            body.current_password, before.password_hash
        ):
            raise Invalid(current_password="is not your present password")  # noqa: S106  words about it
    hashed = await studio.passwords.hash(body.new_password)
    async with studio.transaction() as work:
        fresh, row = await service.change_password(
            work, actor, studio=studio, before=before, password_hash=hashed
        )
    return _signed_in(call, fresh, service.user_view(row))


@endpoint("GET", "/api/auth/sessions", answers={200: Sessions}, tag=_TAG)
async def list_sessions(call: Call) -> Response:
    """Where one is signed in, the place used last first."""
    async with call.studio.reading() as session:
        rows = await sessions.list_sessions(session, call.actor, now=call.studio.clock.now())
    return answer(
        Sessions(
            sessions=[
                Session(
                    id=row.id,
                    current=row.id == call.actor.session_id,
                    created_at=int(row.created_at),
                    last_seen_at=int(row.last_seen_at),
                    address=row.address,
                    user_agent=row.user_agent,
                )
                for row in rows
            ]
        )
    )


@endpoint("DELETE", "/api/auth/sessions", answers={200: Ended}, tag=_TAG)
async def end_other_sessions(call: Call) -> Response:
    """Sign out everywhere but here."""
    async with call.studio.transaction() as work:
        ended = await sessions.end_other_sessions(work, call.actor, now=call.studio.clock.now())
    return answer(Ended(ended=ended))


@endpoint("DELETE", "/api/auth/sessions/{session_id}", answers={200: Ended}, errors=(404,), tag=_TAG)
async def end_session(call: Call) -> Response:
    """Sign out in one place."""
    session_id = call.path["session_id"]
    async with call.studio.transaction() as work:
        ended = await sessions.end_session(
            work, call.actor, session_id=session_id, now=call.studio.clock.now()
        )
    response = answer(Ended(ended=ended))
    if session_id == call.actor.session_id:
        clear_session_cookie(call.request, response)
    return response


async def _sign_in(call: Call, *, username: str | None, email: str | None, password: str) -> Response:
    studio = call.studio
    name = username if username is not None else email
    if name is None:
        raise Invalid(username="is required, or an email address")
    if wrong := flaw(password):
        raise Invalid(password=wrong)
    found = await service.find_person(studio, name=name)
    # By the user where there is one, or the name and the address would each have a count of their own.
    who = ("user", found.id) if found is not None else ("name", names.key_to_look_up(name) or "")
    async with counting_failures(studio, ("address", network_of(call.request)), who):
        person = await service.recognise(studio, found, password=password)
    outdated = studio.passwords.is_outdated(person.password_hash)
    stronger = await studio.passwords.hash(password) if outdated else None
    async with studio.transaction() as work:
        await service.confirm_unchanged(work, person)
        if stronger is not None:
            await service.strengthen_hash(work, person, password_hash=stronger)
        fresh = await sessions.start_session(work, studio=studio, user_id=person.id, place=_place(call))
    return _signed_in(call, fresh, service.user_view(person))


async def _register(call: Call, body: Register) -> Response:
    studio = call.studio
    newcomer = service.check_newcomer(
        studio.settings,
        username=body.username,
        email=body.email,
        display_name=body.display_name,
        password=body.password,
    )
    await studio.limiter.hit("register", studio.settings.register_limit, network_of(call.request))
    hashed = await studio.passwords.hash(newcomer.password)
    async with studio.transaction() as work:
        row = await service.create_user(
            work,
            username=newcomer.username,
            email=newcomer.email,
            display_name=newcomer.display_name,
            password_hash=hashed,
            now=studio.clock.now(),
        )
        fresh = await sessions.start_session(work, studio=studio, user_id=row.id, place=_place(call))
    return _signed_in(call, fresh, service.user_view(row), status=201)


async def _sign_out(call: Call) -> Response:
    if call.known_actor is not None:
        async with call.studio.transaction() as work:
            await sessions.sign_out(work, call.known_actor, now=call.studio.clock.now())
    response = answer(Done())
    clear_session_cookie(call.request, response)
    return response


async def _change_profile(call: Call) -> Response:
    changes = call.body.model_dump(include=call.body.model_fields_set)
    async with call.studio.transaction() as work:
        row = await service.change_profile(work, call.actor, changes=changes)
    return answer(Profile(user=service.user_view(row)))


def _signed_in(call: Call, fresh: sessions.Tokens, user: User, *, status: int = 200) -> Response:
    response = answer(
        SignedIn(token=fresh.access, refresh_token=fresh.refresh, expires_in=fresh.expires_in, user=user),
        status=status,
    )
    set_session_cookie(call.request, response, fresh.cookie)
    return response


def _place(call: Call) -> sessions.Place:
    return sessions.Place(address_of(call.request), call.request.headers.get("user-agent"))


ROUTES: list[Endpoint] = [
    studio_info,
    login,
    register,
    login_or_register,
    refresh,
    logout,
    logout_briefly,
    me,
    change_profile,
    put_profile,
    change_password,
    list_sessions,
    end_other_sessions,
    end_session,
]
