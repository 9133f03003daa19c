"""The vocabulary: which words in a prompt mean which place, time, weather, subject, camera move and colour.

Each entry is a name and its words, separated by commas.  A plural s, es or ies is understood.  Longer
phrases win over shorter ones, so that a *hot air balloon* is not a hot day.
"""
# fmt: off

FOOTHOLDS = ("cliff", "ridge")

PLACES: dict[str, str] = {
    "mountains": (
        "mountain, mountainside, mountaintop, peak, summit, alps, alpine, himalaya, andes, rockies,"
        " cliff, canyon, highland, fjord, ridge, valley, hiking, glacier"
    ),
    "sea": (
        "sea, ocean, open water, waves, harbor, harbour, port, bay, sailing, regatta, coast, coastal,"
        " offshore, marina"
    ),
    "beach": (
        "beach, shore, seaside, tropical, island, palm beach, surf, lagoon, sand castle, coastline,"
        " paradise"
    ),
    "lake": "lake, pond, lakeside, reservoir, river, stream, riverbank, creek, waterfall, reflection",
    "city": (
        "city, skyline, downtown, skyscraper, metropolis, urban, rooftop, manhattan, new york, tokyo,"
        " london, hong kong, shanghai, cityscape, megacity, cyberpunk, futuristic city, tower block,"
        " chicago, singapore, dubai"
    ),
    "street": (
        "street, alley, avenue, sidewalk, pavement, boulevard, crosswalk, shopfront, market, cafe,"
        " café, bazaar, plaza, town, old town, village, paris, venice, shop, bakery, station, bus stop,"
        " road crossing, bookstore, restaurant"
    ),
    "forest": (
        "forest, wood, woods, woodland, jungle, rainforest, pine, redwood, grove, clearing,"
        " enchanted forest, bamboo, taiga, trail, campsite, camping"
    ),
    "desert": (
        "desert, dune, sahara, oasis, cactus, wasteland, mesa, arizona, sandstone, badlands, outback,"
        " wild west, nevada"
    ),
    "countryside": (
        "countryside, field, meadow, farm, farmland, hill, rolling hills, pasture, vineyard, prairie,"
        " grassland, savanna, savannah, garden, park, orchard, tuscany, village green, backyard, lawn,"
        " steppe, picnic, country road, highway, road, serengeti, wheat, lavender, poppy field,"
        " sunflower field"
    ),
    "snowfield": (
        "snowfield, arctic, antarctic, antarctica, tundra, iceberg, north pole, south pole, ski slope,"
        " skiing, winter landscape, frozen, ice, siberia, lapland, igloo, snowy mountains, winter"
    ),
    "space": (
        "space, outer space, galaxy, cosmos, cosmic, nebula, orbit, planet, universe, deep space,"
        " interstellar, asteroid, solar system, zero gravity, black hole"
    ),
    "moon": (
        "moon surface, surface of the moon, lunar, on the moon, mars, martian, alien planet,"
        " red planet, crater, alien world, moonbase"
    ),
    "underwater": (
        "underwater, under water, under the sea, coral reef, reef, deep sea, seabed, aquarium, scuba,"
        " diving, diver, ocean floor, beneath the waves, kelp, atlantis, submerged"
    ),
    "room": (
        "room, interior, indoors, living room, bedroom, kitchen, office, studio apartment, apartment,"
        " library, windowsill, window, desk, sofa, couch, cozy, cosy, fireplace, classroom, workshop,"
        " cabin interior, home, table, lab, laboratory, museum, attic, bathroom, studio"
    ),
    "sky": "sky, clouds, above the clouds, sea of clouds, heaven, stratosphere, cloudscape",
}

TIMES: dict[str, str] = {
    "dawn": "dawn, sunrise, daybreak, first light, early morning, at the break of day",
    "morning": "morning, breakfast",
    "day": (
        "day, daytime, daylight, noon, midday, sunny, afternoon, bright, sunlit, sunshine,"
        " broad daylight, blue sky, summer"
    ),
    "golden": "golden hour, golden light, late afternoon, warm light, golden, low sun, honeyed light",
    "sunset": "sunset, sundown, setting sun, evening sun, sun sets, sun setting, sun goes down",
    "dusk": "dusk, twilight, blue hour, evening, nightfall, gloaming, after sunset, gloomy",
    "night": (
        "night, midnight, nighttime, moonlight, moonlit, stars, under the stars, starry sky, starry,"
        " starlit, nocturnal, dark, starry night, full moon, milky way, neon, cyberpunk, aurora,"
        " northern lights, fireworks, firefly"
    ),
}

WEATHERS: dict[str, str] = {
    "clear": "clear, sunny, cloudless, clear sky, clear skies",
    "cloudy": "cloudy, overcast, cloud cover, partly cloudy, grey sky, gray sky",
    "rain": "rain, rainy, raining, drizzle, downpour, shower, wet, monsoon, puddle, umbrella",
    "storm": "storm, stormy, thunder, thunderstorm, lightning, tempest, hurricane, typhoon, tornado",
    "snow": (
        "snow, snowy, snowing, snowfall, snowflake, blizzard, christmas, snow-covered, snowstorm,"
        " winter storm"
    ),
    "fog": "fog, foggy, mist, misty, haze, hazy, murky, smog, smoke",
    "wind": "wind, windy, breeze, breezy, gust, blustery",
}

DRIFTS: dict[str, str] = {
    "fireflies": (
        "firefly, glowworm, fairy light, magical, magic, enchanted, fairy, mystical, sparkle,"
        " glowing spores"
    ),
    "petals": (
        "petal, cherry blossom, blossom, sakura, spring, flower petals, confetti, wedding, romantic"
    ),
    "leaves": "autumn, fall leaves, falling leaves, leaf, october, fall colors, foliage",
    "embers": (
        "ember, spark, fire, volcano, lava, flame, burning, bonfire, apocalyptic, inferno, eruption"
    ),
    "dust": "dust, dusty, sandstorm, sand storm, pollen, motes",
    "bubbles": "bubble, soap bubbles, fizzy",
    "lanterns": "lantern, paper lantern, sky lantern, lantern festival",
    "fireworks": "firework, fireworks, new year, celebration",
    "aurora": "aurora, northern lights, aurora borealis, polar lights",
    "rainbow": "rainbow",
    "meteors": "meteor, shooting star, comet, falling star, meteor shower",
}

SUBJECTS: dict[str, str] = {
    "cat": "cat, kitten, kitty, tabby, feline, tomcat, lynx, siamese",
    "dog": (
        "dog, puppy, pup, golden retriever, labrador, corgi, husky, terrier, hound, poodle, shiba,"
        " dachshund, pooch"
    ),
    "fox": "fox, vixen, red panda",
    "wolf": "wolf, wolves, coyote",
    "horse": "horse, pony, stallion, mare, foal, unicorn, mustang horse, zebra, donkey",
    "deer": "deer, stag, elk, doe, fawn, reindeer, moose, antelope, gazelle",
    "cow": "cow, cattle, bull, buffalo, bison, ox",
    "sheep": "sheep, lamb, goat",
    "elephant": "elephant, mammoth",
    "giraffe": "giraffe",
    "bear": "bear, grizzly, polar bear, panda, teddy bear",
    "lion": "lion, lioness, tiger, leopard, cheetah, panther, jaguar, snow leopard",
    "rabbit": "rabbit, bunny, hare",
    "bird": (
        "bird, seagull, gull, eagle, hawk, falcon, crow, raven, swallow, pigeon, parrot, dove, geese,"
        " goose, sparrow, stork, crane bird, heron, vulture, bat"
    ),
    "owl": "owl",
    "penguin": "penguin",
    "duck": "duck, duckling, swan",
    "butterfly": "butterfly, butterflies, moth, dragonfly, bee, hummingbird",
    "fish": "fish, goldfish, salmon, koi, clownfish, tuna, trout, piranha",
    "shark": "shark, great white",
    "whale": "whale, humpback, orca, dolphin, porpoise, blue whale",
    "jellyfish": "jellyfish, medusa",
    "octopus": "octopus, squid, kraken, octopi",
    "turtle": "turtle, tortoise, sea turtle",
    "dinosaur": "dinosaur, t-rex, tyrannosaurus, raptor, brontosaurus, godzilla, dino",
    "dragon": "dragon, wyvern, phoenix, griffin",
    "person": (
        "person, man, woman, people, figure, hiker, traveler, traveller, wanderer, pedestrian, walker,"
        " runner, guy, lady, businessman, businesswoman, stranger, farmer, soldier, detective, monk,"
        " explorer, chef, someone, crowd, tourist, samurai, ninja, knight, warrior, jogger, commuter,"
        " photographer, grandmother, grandfather, old man, old woman, wizard, witch, king, queen,"
        " princess, prince, nomad, human, fisherman, she, he, hero, character, artist, musician,"
        " teacher"
    ),
    "child": "child, children, kid, boy, girl, toddler, baby, schoolboy, schoolgirl, son, daughter",
    "couple": (
        "couple, lovers, two people, friends, bride and groom, family, bride, newlyweds,"
        " mother and daughter"
    ),
    "dancer": "dancer, ballerina, dancing, dance, ballet, skater, figure skater",
    "astronaut": "astronaut, cosmonaut, spaceman, spacewoman, space suit, spacesuit, spacewalk",
    "robot": "robot, android, droid, mech, cyborg, bot, automaton, rover",
    "car": (
        "car, sedan, automobile, sports car, taxi, cab, convertible, mustang, ferrari, porsche,"
        " limousine, suv, hatchback, vehicle, race car, sportscar, beetle, tesla"
    ),
    "truck": (
        "truck, lorry, pickup, van, camper, campervan, caravan, ambulance, fire truck, fire engine,"
        " rv"
    ),
    "bus": "bus, school bus, double-decker, minibus, tram, streetcar, trolley",
    "motorcycle": "motorcycle, motorbike, scooter, vespa, moped, chopper motorcycle, harley",
    "bicycle": "bicycle, bike, cyclist, cycling, biker, unicycle",
    "train": "train, locomotive, steam train, railway, subway, metro, bullet train, steam engine",
    "boat": (
        "boat, sailboat, sailing boat, yacht, dinghy, sail, canoe, kayak, gondola, rowboat, raft,"
        " fishing boat, catamaran"
    ),
    "galleon": "pirate ship, galleon, tall ship, schooner, pirates, caravel, viking ship, longship",
    "submarine": "submarine, u-boat, bathyscaphe",
    "ship": (
        "ship, cruise ship, steamer, ferry, cargo ship, tanker, ocean liner, titanic, freighter,"
        " warship"
    ),
    "plane": (
        "plane, airplane, aeroplane, jet, biplane, aircraft, airliner, glider, seaplane, paper plane,"
        " fighter jet"
    ),
    "helicopter": "helicopter, chopper, drone hovering, quadcopter",
    "rocket": "rocket, spaceship, space ship, spacecraft, shuttle, starship, space shuttle, missile",
    "ufo": "ufo, flying saucer, alien ship, alien, saucer, mothership",
    "balloon": "hot air balloon, hot-air balloon, balloon, airship, zeppelin, blimp",
    "satellite": "satellite, space station",
    "house": (
        "house, cottage, cabin, hut, farmhouse, chalet, villa, home sweet home, mansion, shack, barn,"
        " farm house, church, treehouse, lodge, inn"
    ),
    "castle": "castle, fortress, palace, citadel, fort, kingdom",
    "lighthouse": "lighthouse, light house, beacon",
    "windmill": "windmill, wind turbine, mill, turbine",
    "tower": (
        "tower, eiffel tower, clock tower, pagoda, temple, shrine, pyramid, monument, obelisk, statue"
    ),
    "bridge": "bridge, golden gate, viaduct, suspension bridge",
    "tent": "tent, campfire, bonfire, camp, campsite, camping, tipi",
    "tree": "tree, oak, lone tree, willow, maple, cherry tree, bonsai, palm tree, apple tree",
    "flower": "flower, rose, tulip, sunflower, daisy, orchid, lotus, bouquet, poppy, dandelion",
    "coffee": "coffee, cup of tea, cup of coffee, mug, cup, teapot, tea, latte, cappuccino, espresso",
    "guitar": "guitar, ukulele, violin, cello",
    "kite": "kite",
    "umbrella": "umbrella, parasol",
    "snowman": "snowman, snow man",
}

CAMERAS: dict[str, str] = {
    "pan_right": (
        "pan right, pans right, panning right, pan to the right, pans to the right,"
        " camera moves right, truck right, slides right, pan, panning, pans, panorama, panoramic,"
        " left to right, sweeping"
    ),
    "pan_left": (
        "pan left, pans left, panning left, pan to the left, pans to the left, camera moves left,"
        " truck left, slides left, right to left"
    ),
    "push_in": (
        "push in, pushes in, push-in, zoom in, zooms in, zooming in, zoom, dolly in, dollies in,"
        " close-up, closeup, close up, moves closer, move closer, closing in, slowly approaches, dolly,"
        " camera approaches, moves in, moving closer"
    ),
    "pull_out": (
        "pull out, pulls out, pull back, pulls back, zoom out, zooms out, zooming out, dolly out,"
        " wide reveal, pulling back, camera retreats, moves away, reveal, reveals, move back"
    ),
    "crane_up": (
        "crane up, tilt up, tilts up, tilting up, camera rises, rising shot, crane shot, crane,"
        " pedestal up, rises up, ascending, camera lifts, boom up, jib up, tilt"
    ),
    "crane_down": (
        "crane down, tilt down, tilts down, tilting down, camera descends, lowers, descending,"
        " boom down, pedestal down"
    ),
    "tracking": (
        "tracking, tracking shot, track, follows, following, follow, chase, chases, alongside,"
        " side-scrolling, side scrolling, camera follows, dolly alongside, speeding, racing, driving,"
        " drives, riding, rides, galloping, running, runs, gallops, races, speeds, sprinting"
    ),
    "static": (
        "static, still shot, locked off, locked-off, tripod, fixed camera, static camera,"
        " no camera movement, still camera"
    ),
    "drone": (
        "drone, drone shot, aerial shot, flyover, fly over, flying over, bird's eye, fpv,"
        " helicopter shot, orbit shot, orbiting, aerial view, flythrough, fly-through, aerial"
    ),
    "handheld": "handheld, hand-held, shaky, documentary style, found footage, vlog",
}

COLOURS: dict[str, str] = {"red": "#d8383a", "crimson": "#b3202e", "scarlet": "#e0322b",
    "orange": "#f08a2c", "amber": "#f0a030", "yellow": "#f5cf3f", "gold": "#e2b13c", "golden": "#e2b13c",
    "green": "#4f9f58", "emerald": "#1f9d6c", "lime": "#a4cf3d", "olive": "#7e8440", "mint": "#9fdcc0",
    "teal": "#138a8f", "turquoise": "#34c1bd", "cyan": "#35bfd6", "blue": "#3270c2", "navy": "#1f335f",
    "azure": "#4aa0e6", "indigo": "#41389b", "violet": "#7a4fc0", "purple": "#7c3f9e",
    "lavender": "#b39ddb", "lilac": "#c3a4dd", "magenta": "#cf3f9b", "pink": "#f08cb0", "rose": "#e5738d",
    "coral": "#f77f6e", "peach": "#fbb890", "salmon": "#f4907c", "brown": "#8a5a3b", "bronze": "#a9713a",
    "copper": "#b9693b", "rust": "#b2522c", "beige": "#e3d0ac", "cream": "#f3e7c9", "tan": "#cfa97a",
    "maroon": "#782b3a", "burgundy": "#6d2136", "black": "#24242b", "white": "#f4f1ea", "grey": "#8b8f96",
    "gray": "#8b8f96", "silver": "#bcc3ca", "charcoal": "#3a3d44", "ginger": "#dd8438", "ivory": "#f4eedc",
    "sand": "#dcbf8c", "ochre": "#c98a2b"}

LOOKS: dict[str, str] = {
    "mono": (
        "black and white, black-and-white, monochrome, monochromatic, noir, film noir, greyscale,"
        " grayscale, b&w, silent film"
    ),
    "sepia": (
        "sepia, vintage, retro, old photograph, old film, nostalgic, daguerreotype, 1920s,"
        " western film"
    ),
    "pastel": (
        "pastel, soft colors, soft colours, wes anderson, dreamy, cotton candy, candy, kawaii,"
        " whimsical, watercolor, watercolour, ghibli, playful, romantic"
    ),
    "neon": (
        "neon, cyberpunk, synthwave, vaporwave, blade runner, outrun, retrowave, 80s, futuristic,"
        " tron"
    ),
    "muted": (
        "muted, desaturated, bleak, cold, melancholy, nordic, washed out, gritty, sombre, somber,"
        " dystopian, ominous, melancholic"
    ),
    "vivid": (
        "vivid, vibrant, colorful, colourful, saturated, psychedelic, technicolor, pop art, cheerful,"
        " bold colors, joyful"
    ),
    "warm": "warm, cozy, cosy, warm tones, warm palette, warm colors, warm colours",
    "cool": "cool tones, cool palette, cool colors, cool colours, icy, chilly, cold light, bluish",
}

NUMBERS: dict[str, int] = {"a pair of": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "several": 4, "many": 6, "some": 3, "dozens of": 7, "hundreds of": 8, "a flock of": 7, "a herd of": 5,
    "a school of": 8, "a pack of": 4, "a few": 3, "a fleet of": 4, "a swarm of": 8, "a family of": 3,
    "a group of": 4, "a crowd of": 7, "pair of": 2, "flock of": 7, "herd of": 5, "school of": 8,
    "pack of": 4, "fleet of": 4, "swarm of": 8, "group of": 4, "crowd of": 7, "dozen": 7, "thousands of": 8,
    "lots of": 6}
