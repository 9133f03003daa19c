"""*espeak*: the embedded voice. Speaks more than a hundred languages on this machine, without a key or a
network.

`child` is the process that speaks, `library` how it speaks to espeak-ng, `voices` which voices there are,
`maker` the maker that productions use.
"""
