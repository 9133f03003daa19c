"""Stills, narration and stories from any server that speaks OpenAI's shape: `/v1/images/generations` and
`/edits`, `/v1/audio/speech`, `/v1/chat/completions`.

    server = Server(name="groq", base_url="https://api.groq.com/openai/v1", api_key=key)
    written = await ChatWriter(server).write(order)

`server` sends, once and honestly; `images`, `speech` and `chat` are the makers; `naming` guesses from a
model's name what it makes; `documents` reads and writes the JSON that a language model is asked for.
"""
