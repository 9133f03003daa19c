"""Any server that speaks OpenAI's `/v1/videos`: vLLM-Omni, SGLang, Dynamo, LiteLLM, Azure, another Rushes.

    provider = OpenAIShaped(name="cluster", base_url="http://gpu:8000", api_key=None, concurrency=4)
    await provider.open()
    job = await provider.submit(submission)

`submitting` makes jobs (the only part that can cost money), `polling` asks about them, `downloading` fetches
results; `jobs` and `answers` read what the servers say and touch no network.
"""

from rushes.providers.openai_shaped.adapter import OpenAIShaped

__all__ = ["OpenAIShaped"]
