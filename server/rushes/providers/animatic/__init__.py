"""*Animatic*: the embedded video provider that draws a moving storyboard on this machine, without a key or
a network.

`brief` says what to draw, `render` makes the file, `child` is the process that draws it.
"""
