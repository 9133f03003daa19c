"""From a narration and the times of its words to captions on the screen.

`units` cuts a text into what is timed and highlighted, `timing` gives each of them its time. `cues` gathers
them into captions of at most two lines, measured with the fonts that `typeface` finds, in the room that
`layout` leaves. `subtitles` writes them as SRT and WebVTT, `ass` as what ffmpeg burns in, `burning` lays the
fonts beside it. `styles` are the looks, as data.

    layout = Layout(STYLES["classic"], width=1920, height=1080, language="en")
    words = timed(text, speech.duration, speech.words)
    shown = film_cues([SceneWords(words, start=0.0, end=8.0)], layout=layout)
    script.write_text(ass(shown, layout), encoding="utf-8")
    write_fonts(shown, layout, into=fonts)  # raises FontMissing before anything is burned
    ["-vf", burning_filter(script, fonts)]
"""
