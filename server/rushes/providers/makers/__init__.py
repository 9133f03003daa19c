"""Makers: what a production needs beside videos. Stills, narration and stories, each by a maker of its kind.

    async with open_makers(settings) as makers:
        offer = makers.speech(None)                   # the default: espeak, on this machine
        spoken = await offer.maker.say(order, into)

`protocol` says what a maker is, `registry` which there are. Calls block until the answer is there, and
those to a vendor cost money: each sends one accepted POST at most and never tries again by itself.
"""
