"""Google's video models: with an API key by the Interactions API, and on Vertex AI.

Facts come from the installed `google-genai` 3.6 and from Google's documents; what rests on neither says so.
"""
