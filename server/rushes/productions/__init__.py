"""Productions: from an idea to a narrated film, step by step.

`service` and `scenes` are what people do with one, `plan` says what is to be made next, `going_on` begins it,
`making` and the files named after the stages make it.
"""
