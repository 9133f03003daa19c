"""What every provider over HTTP needs: addresses, questions, the one POST, downloads, refusals, signatures.

Nothing here knows a vendor. `questions` asks what costs nothing, `posting` sends what may cost money and
never twice, `fetching` streams results; `answers` and `reading` make sense of what came back and
touch no network.
"""
