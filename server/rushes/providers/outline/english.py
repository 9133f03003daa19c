"""The little English that the outline writer knows: which words are verbs, how many there are of something,
and whether a text is English at all."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DETERMINERS = _words(
    "a an the this that these those one two three four five six seven eight nine ten some many several"
    " few both all every each another no his her their its my our your"
)
PLURAL_DETERMINERS = _words(
    "these those two three four five six seven eight nine ten some many several few both all"
)
PREPOSITIONS = _words(
    "in on at by with from to into onto of over under above below beneath through across along around"
    " behind beside between beyond near inside outside toward towards against among during after before"
    " for without within upon up down off past"
)
_FOLLOWERS = _words(
    "alone slowly quietly alone together back away home again suddenly out how that what where"
)

# Verbs that films are about, by their plain form.
_VERBS = _words(
    "appear arrive ask awake awaken bake balance become befriend begin believe bloom blow borrow brave"
    " break bring build burn bury buy call carry carve cast catch celebrate change chase choose clean"
    " climb collect come compete confront cook count crash crawl create cross cry cut dance decide defend"
    " deliver descend discover dive dig dream draw drift drink drive drop eat embrace encounter enter"
    " escape explore face fall feed feel fight find fish fix float flow fly follow forget forgive gather"
    " get give glide glow go grow guard guide hang harvest hear heal help hide hold hop hope hunt imagine"
    " invent invite join journey jump keep kiss knit know land lead leap learn leave let lie lift light"
    " listen live look lose love make march meet mend miss mix move need notice observe offer open order"
    " pack paint pass pick plant play pour practise practice prepare protect pull push race raise reach"
    " read realise realize rebuild receive remember repair rescue rest return reveal ride rise roam row"
    " run sail save say search see sell send set share shine show sing sink sit skate sleep slide smile"
    " solve speak spend spin spot stand stare start stay steal step stop study surf survive swim take talk"
    " taste teach tell think throw tie touch train transform travel try turn uncover unlock visit wait"
    " wake walk wander want wash watch wave wear whisper win wish wonder work write"
)
_IRREGULAR = {
    "was": "be", "were": "be", "had": "have", "found": "find", "went": "go", "saw": "see", "met": "meet",
    "came": "come", "lost": "lose", "made": "make", "took": "take", "gave": "give", "built": "build",
    "flew": "fly", "fell": "fall", "knew": "know", "left": "leave", "ran": "run", "sang": "sing",
    "told": "tell", "swam": "swim", "stole": "steal", "woke": "wake", "wrote": "write", "caught": "catch",
    "fought": "fight", "bought": "buy", "brought": "bring", "became": "become", "began": "begin",
    "broke": "break", "chose": "choose", "drew": "draw", "drove": "drive", "ate": "eat", "forgot": "forget",
    "grew": "grow", "heard": "hear", "hid": "hide", "kept": "keep", "learnt": "learn", "rode": "ride",
    "rose": "rise", "sat": "sit", "sent": "send", "slept": "sleep", "stood": "stand", "taught": "teach",
    "thought": "think", "threw": "throw", "won": "win", "felt": "feel", "held": "hold", "led": "lead",
    "said": "say", "sold": "sell", "spoke": "speak", "dreamt": "dream",
}  # fmt: skip
_NO_PARTICIPLES = _words(
    "morning evening building ceiling king ring spring string wing thing nothing everything something"
    " anything wedding painting clothing lightning sibling being viking pudding duckling offspring darling"
    " during living setting beginning ending clearing crossing landing blessing feeling meeting drawing"
)
_UNCHANGED_PLURALS = _words("people men women children mice geese wolves sheep fish deer police twins feet")
_SINGULAR_S = _words("bus glass grass dress princess boss goddess compass iris octopus cactus circus lens")

_PEOPLE = _words(
    "man woman boy girl child person keeper baker painter sailor captain king queen knight wizard witch"
    " doctor nurse teacher student farmer fisherman astronaut pilot detective soldier dancer singer"
    " musician writer poet artist chef cook scientist engineer inventor explorer traveller traveler hiker"
    " climber swimmer surfer runner grandmother grandfather mother father sister brother son daughter"
    " friend friends couple family people men women children princess prince monk nun priest hunter"
    " shepherd gardener carpenter blacksmith clockmaker watchmaker librarian postman mailman driver robot"
    " android ghost hero heroine thief pirate vampire angel fairy elf giant old-timer stranger tourist"
    " neighbour neighbor grandma grandpa baby toddler teenager worker builder diver kid guard samurai"
    " ninja cowboy barista photographer programmer player beekeeper potter weaver miller tailor"
)
_ANIMALS = _words(
    "fox dog cat bird owl wolf bear deer horse lion tiger elephant giraffe whale dolphin fish shark"
    " turtle rabbit mouse penguin seal otter squirrel hedgehog frog bee butterfly eagle raven crow crab"
    " octopus dragon unicorn dinosaur monkey panda cow sheep goat pig duck goose swan snail ant spider"
    " snake kitten puppy fawn stag hare badger raccoon beaver parrot sparrow robin moth firefly jellyfish"
    " bees birds wolves"
)
_ADJECTIVES = _words(
    "old young small big little large tiny huge giant red blue green yellow white black grey gray golden"
    " dark bright cold hot warm lonely happy sad ancient new lost quiet wild cute epic aerial slow fast"
    " deep high low soft early late mountains ocean sunset sunrise coffee climate"
)
_FUNCTION = _words("the a an of in on and is are with to at how why what his her their by from for who that")
_FOREIGN = _words(
    "der die das und ein eine einen im mit auf le la les un une et dans el los una en y con il lo gli di"
    " che nel het een van och ett som não uma da dos avec sur findet trouve encuentra"
)


def words_of(text: str) -> list[str]:
    """Its words, without punctuation at their edges."""
    return [word for word in (each.strip('.,;:!?"“”()[]') for each in text.split()) if word]


def is_english(text: str) -> bool:
    """Whether narration in English around the text would make sense. A few words alone pass for it when they
    are plain Latin letters."""
    letters = [sign for sign in text if sign.isalpha()]
    if not letters or sum(sign.isascii() for sign in letters) < 0.9 * len(letters):
        return False
    words = [word.lower() for word in words_of(text)]
    ours = sum(word in _FUNCTION for word in words)
    theirs = sum(word in _FOREIGN for word in words)
    return ours > theirs or (ours == theirs == 0 and all(sign.isascii() for sign in letters))


def is_present(word: str) -> bool:
    """Finds, carries: a known verb as one does it."""
    return _base_of_s(word.lower()) in _BASES or word.lower() in ("is", "has", "goes", "does")


def is_plain(word: str) -> bool:
    """Find, carry: as many do it."""
    return word.lower() in _BASES or word.lower() in ("are", "have")


def is_past(word: str) -> bool:
    """Found, carried."""
    word = word.lower()
    return word in _IRREGULAR or (word.endswith("ed") and bool(_bases_of_ed(word) & _BASES))


def is_doing(word: str) -> bool:
    """Finding, carrying: what is going on, not a thing whose name ends like it."""
    word = word.lower()
    return word.endswith("ing") and len(word) > 4 and word not in _NO_PARTICIPLES


def may_be_present(word: str) -> bool:
    """Kneads: a word that could be a verb that nobody wrote down here."""
    word = word.lower()
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s"))


def may_follow_verb(word: str) -> bool:
    """Whether what was before is likely a verb."""
    word = word.lower()
    return word in DETERMINERS or word in PREPOSITIONS - {"of"} or word in _FOLLOWERS


def is_plural(noun_phrase: str) -> bool:
    """Whether a phrase names several: by its determiner, else by its noun."""
    words = [word.lower() for word in words_of(noun_phrase)]
    if not words:
        return False
    if words[0] in PLURAL_DETERMINERS or words[0].isdigit() or "and" in words:
        return True
    if words[0] in ("a", "an", "one", "this", "that", "every", "each", "another"):
        return False
    noun = head_of(noun_phrase)
    if is_name(noun_phrase) and not is_common(words_of(noun_phrase)[0]):
        return False
    if noun in _UNCHANGED_PLURALS:
        return noun not in ("sheep", "fish", "deer")
    return noun.endswith("s") and noun not in _SINGULAR_S and not noun.endswith(("ss", "us", "is"))


def head_of(noun_phrase: str) -> str:
    """The noun that a phrase is about: the last word before the first preposition, comma or relative
    clause."""
    words = [word.lower() for word in words_of(noun_phrase.partition(",")[0])]
    for number, word in enumerate(words):
        if number and (word in PREPOSITIONS or word in ("who", "that", "which", "and")):
            return words[number - 1]
    return words[-1] if words else ""


def being_of(noun_phrase: str) -> str:
    """`person`, `animal` or `thing`."""
    noun = head_of(noun_phrase)
    for name in (noun, re.sub(r"s$", "", noun), re.sub(r"es$", "", noun)):
        if name in _PEOPLE:
            return "person"
        if name in _ANIMALS:
            return "animal"
    return "person" if is_name(noun_phrase) else "thing"


def is_name(noun_phrase: str) -> bool:
    """Luna, Marie Curie: every word begins large, and none of them is a determiner."""
    words = words_of(noun_phrase)
    return bool(words) and all(word[0].isupper() and word.lower() not in DETERMINERS for word in words)


def is_common(word: str) -> bool:
    """Whether a word that begins a prompt, and so may be written large, is no name."""
    low = word.lower()
    return (
        low in DETERMINERS | PREPOSITIONS | _PEOPLE | _ANIMALS | _ADJECTIVES
        or re.search(r"(ful|ous|ical|less|able|ing|ed)$", low) is not None
        or (low.endswith("s") and re.sub(r"s$", "", low) in _BASES | _PEOPLE | _ANIMALS)
    )


def definite(noun_phrase: str) -> str:
    """A lighthouse keeper → the lighthouse keeper; two astronauts → the two astronauts; her dog stays."""
    first, _, rest = noun_phrase.partition(" ")
    low = first.lower()
    if low in ("a", "an", "one", "some", "another") and rest:
        return f"the {rest}"
    if low in PLURAL_DETERMINERS and low not in ("these", "those", "all", "both"):
        return f"the {low} {rest}" if low not in ("many", "several", "few") else f"the {rest}"
    if low in DETERMINERS or low in ("these", "those", "all", "both"):
        return f"{low} {rest}"
    if first[:1].isupper():
        return noun_phrase
    return f"the {noun_phrase}"


def capital(text: str) -> str:
    """With its first letter large."""
    return text[:1].upper() + text[1:]


def _base_of_s(word: str) -> str:
    for ending, instead in (
        ("ies", "y"),
        ("sses", "ss"),
        ("shes", "sh"),
        ("ches", "ch"),
        ("xes", "x"),
        ("s", ""),
    ):
        if word.endswith(ending) and word[: -len(ending)] + instead in _BASES:
            return word[: -len(ending)] + instead
    return ""


def _bases_of_ed(word: str) -> set[str]:
    stem = word[:-2]
    return {stem, word[:-1], stem[:-1] if stem[-1:] == stem[-2:-1] else stem, re.sub(r"i$", "y", stem)}


_BASES = _VERBS
