"""*outline*: the embedded writer. Makes a usable story of any prompt, and scenes of any script, without a
model, a key or a network. The same brief always gives the same story.

`premise` reads what a prompt is about, `beats` tells it, `script` divides text that is a script already,
`pictures` describes what is seen, `english` knows the few words that all of that stands on, `writer` is the
maker.
"""
