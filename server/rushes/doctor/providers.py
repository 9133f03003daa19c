"""The doctor's look at providers and makers: each by itself, by questions that cost nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from rushes.database import Database, NotADatabase
from rushes.doctor.finding import DEADLINE, Finding, Look, Trouble, found
from rushes.encryption import Encryption
from rushes.errors import RushesError
from rushes.extras import MissingExtra
from rushes.media.ffmpeg import FfmpegMissing, find_ffmpeg
from rushes.provider_settings.in_force import reserved
from rushes.provider_settings.opening import Problem, SavedRow, open_saved, saved_providers
from rushes.providers.makers.registry import open_makers
from rushes.providers.makers.trying import KIND_OF, trials
from rushes.providers.protocol import Down, Refused, RemoteProvider
from rushes.providers.registry import (
    as_remote,
    configured,
    key_variable_of,
    open_providers,
    open_remote,
    variables_of,
    without,
)
from rushes.secrets import BadSecret
from rushes.settings import BadSetting, ProviderSettings, Settings

# What to do, by the code of what a provider said or failed with. `{env}` begins the names of its settings,
# `{key}` holds its key.
_IN_SETTINGS = "Change it in the web app, under Settings, Providers."
_MEND = {
    "provider_key": "Set {key} to a key that the provider gave you, and see that it may make videos.",
    "provider_address": "{env}BASE_URL should be the address that ends in /v1.",
    "provider_unreachable": "See that the server runs, and that this machine reaches {env}BASE_URL.",
    "provider_timeout": "See that the server is not overloaded, and that no firewall swallows the answer.",
    "provider_busy": "Nothing: it asks for patience, and the studio has it.",
    "provider_garbage": "{env}BASE_URL leads to something else than a video server.",
    "unknown_model": "Set the default model to one that GET /api/models lists, as provider/model.",
    "espeak_missing": "Install Rushes again with all that it needs, or set DEFAULT_SPEECH_MODEL to another.",
    "no_credit": "Add credit to the account at the provider.",
    "model_retired": "Choose another provider: OpenAI ended its video models on 24 September 2026.",
}


async def providers(settings: Settings) -> AsyncIterator[Finding]:
    """One finding a provider: those of the environment, then those that are saved."""
    try:
        ffmpeg = find_ffmpeg(settings.ffmpeg_path)
    except FfmpegMissing:
        # Told already; nothing is drawn here.
        ffmpeg = "ffmpeg"
    try:
        saved = await _saved(settings)
        encryption = Encryption.load(
            settings.encryption_key, settings.data_dir / "encryption_key", make=False
        )
    except BadSecret as error:
        yield Finding("providers", "fault", str(error))
        return
    named = configured(settings)
    for name, wanted in named.items():
        yield await found(f"provider {name}", partial(_named_provider, name, wanted, settings))
    for row in saved or ():
        yield await found(f"provider {row.name}", partial(_saved_provider, row, settings, encryption))
    if saved is None:
        yield Finding(
            "providers",
            "warning",
            "What is set up in the web app could not be read: mend the database first.",
        )
    elif not named and not saved:
        alone = "animatic alone, which draws on this machine; Settings in the web app connects others"
        yield Finding("providers", "ok", alone)
    try:
        async with open_providers(await _usable(settings), ffmpeg=ffmpeg):
            pass
    except BadSetting as error:
        # The default, or an alias.
        yield Finding("providers", "fault", str(error))


async def makers(settings: Settings) -> AsyncIterator[Finding]:
    """One finding a kind of maker, of the one that orders without a model go to."""
    """What makes stills, narration and stories when nobody names a model."""
    try:
        async with open_makers(await _usable(settings)) as makers:
            for part, look in trials(makers):
                yield await found(part, partial(_maker, look, makers.default(KIND_OF[part]), settings))
    except BadSetting as error:
        yield Finding("makers", "fault", str(error))


async def _usable(settings: Settings) -> Settings:
    """The settings without the providers that cannot be opened, which is told already of each by itself: the
    others are to be looked at all the same."""
    broken = set()
    for name, wanted in configured(settings).items():
        try:
            await open_remote(name, wanted, settings).close()
        except (BadSetting, MissingExtra):
            broken.add(name)
    return without(settings, broken)


async def _maker(look: Look, name: str, settings: Settings) -> str:
    try:
        return await look()
    except (Down, Refused) as error:
        mend = _MEND.get(error.code)
        env = _variables_of(name.partition("/")[0], settings)
        raise Trouble(error.message, mend and mend.format(**env)) from error


async def _saved(settings: Settings) -> Sequence[SavedRow] | None:
    """What administrators have set; nothing where there is no database yet, None where it cannot be read,
    which is told already, or is from before there was such a thing."""
    url = settings.effective_database_url
    if url.startswith("sqlite") and not await asyncio.to_thread(Path(url.partition(":///")[2]).exists):
        return []
    try:
        database = Database(url)
    except NotADatabase:
        return None
    try:
        async with asyncio.timeout(DEADLINE), database.reading() as session:
            return await saved_providers(session)
    except (NotADatabase, RushesError, TimeoutError, DBAPIError):
        return None
    finally:
        await database.close()


async def _named_provider(name: str, wanted: ProviderSettings, settings: Settings) -> str:
    remote = as_remote(open_remote(name, wanted, settings))
    if remote is None:
        return "draws on this machine"
    try:
        return await _provider(remote, env=_variables_of(name, settings))
    finally:
        await remote.close()


async def _saved_provider(row: SavedRow, settings: Settings, encryption: Encryption) -> str:
    if row.name in reserved(settings):
        raise Trouble(
            "One of that name is set in the environment, which is the one in force.",
            "Remove one of the two.",
            state="warning",
        )
    try:
        provider = await open_saved(row, encryption)
    except Problem as problem:
        raise Trouble(problem.message, _IN_SETTINGS) from problem
    try:
        if not row.enabled:
            return "is switched off"
        return await _provider(provider, env=None)
    finally:
        await provider.close()


async def _provider(provider: RemoteProvider, *, env: dict[str, str] | None) -> str:
    """`env` is how its settings are called in the environment, if it is set there."""
    try:
        await provider.probe()
    except (Down, Refused) as error:
        mend = _MEND.get(error.code)
        what = mend and (mend.format(**env) if env else _IN_SETTINGS if "{" in mend else mend)
        raise Trouble(error.message, what) from error
    names = [model.name for model in provider.capabilities.models]
    if not names:
        where = f"PROVIDERS__{provider.name.upper()}__MODELS" if env else "its settings in the web app"
        raise Trouble("It answers, but offers no model.", f"Name its models in {where}.", state="warning")
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"answers, and offers {', '.join(names[:5])}{more}"


def _variables_of(name: str, settings: Settings) -> dict[str, str]:
    """How its settings are called in the environment, for `_MEND`."""
    return {"env": variables_of(name, settings), "key": key_variable_of(name, settings)}
