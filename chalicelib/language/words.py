"""The words by which messages are understood, folded (no case, no diacritics), by language."""

SMALL_TALK = {
    "en": """thanks thank thx thnx tnx ty tysm cheers ok okay okey okie k kk great super perfect cool nice
        fine good got alright understood noted lovely wonderful awesome bye goodbye appreciate appreciated""",
    "pl": """dzieki dziekuje dziekuja dziekujemy dziekowac dzieks dzx thx ok oki okej okey super git jasne
        dobra dobrze rozumiem swietnie ekstra spoko pozdrawiam pozdrawiamy pozdrowienia milego widzenia
        zobaczenia""",
    "hr": """hvala fala zahvaljujem zahvaljujemo ok oke okej okay super odlicno dobro redu razumijem vazi
        jasno pozdrav pozz lp top savrseno dovidenja ugodan vidimo""",
    "ru": """спасибо спасибки спасибочки спс пасиб пасибо благодарю благодарим благодарен благодарна ок оке
        окей оки хорошо отлично супер понятно понял поняла поняли ясно ладно добро здорово класс круто
        принято свидания связи хорошего доброго""",
}
"""One of these at least makes small talk ..."""

GREETINGS = (
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "dobry wieczor",
    "dobar dan",
    "dobro jutro",
    "dobra vecer",
    "dobro vece",
    "доброго дня",
    "доброго вечера",
    "доброго утра",
    "доброго времени суток",
)
"""Folded words with which somebody begins to talk: alone they are a message, although they sound friendly."""

BARE_GREETINGS = frozenset({"pozdrav"})
"""Words that begin a conversation when they are all there is, and end one beside others."""

BESIDE_SMALL_TALK = {
    "en": """you u so very much a lot many for the your it that this help reply response answer info
        information quick fast prompt support assistance time have day evening weekend see again all i we too
        well guys team really and to then soon later tomorrow""",
    "pl": """wielkie bardzo serdecznie pieknie slicznie gory z za odpowiedz odpowiedzi pomoc informacje
        informacja info szybka szybko mila wszystko dnia wieczoru weekendu wzajemnie do panu pani panstwu
        wam ci i rowniez""",
    "hr": """puno vam ti lijepo lijepa lijep najljepsa svima svemu na odgovoru pomoci informaciji
        informacijama brzom brzoj unaprijed dan vecer vikend u i od srca se sve takoder""",
    "ru": """большое огромное вам тебе всем за ответ помощь информацию быстрый оперативный и все всего до
        дня вечера очень заранее тоже вас""",
}
"""... and only these may stand beside them (R15)."""

BUT = frozenset("but however although though still yet ale jednak lecz no ali medutim ipak но однако".split())
"""With one of these even the friendliest words are a message (R15)."""

UNHAPPY = frozenset("😠😡🤬👿😤👎😞😔😢😭😩😫😖😣🙁☹💔😒🙄😑💩🖕😕😟🤮🤢😾🥺🆘⚠❗❕‼🚨")
"""Emoji that say more than thanks: in doubt it is a message."""

WITHDRAWN = {
    "en": (
        "never mind|nevermind|nvm|solved|resolved|sorted|figured it out|found it|found them|no longer needed",
        "not needed anymore|not needed any more|dont need it anymore|dont need it any more|all good|all fine",
        "it works now|works now|working now|it arrived|has arrived|just arrived|forget it|ignore that",
    ),
    "pl": (
        "niewazne|nie wazne|nieaktualne|nie aktualne|juz nie trzeba|juz nie potrzeba|juz nie potrzebuje",
        "sprawa zalatwiona|zalatwione|sprawa rozwiazana|problem rozwiazany|rozwiazane|juz wiem|juz mam",
        "juz dziala|juz doszla|juz doszlo|juz doszedl|juz dotarla|juz dotarlo|juz dotarl|juz przyszla",
        "juz przyszlo|juz przyszedl|juz jest|wszystko ok|poradzilem sobie|poradzilam sobie|znalazlem",
        "znalazlam|udalo sie",
    ),
    "hr": (
        "nema veze|nebitno|nije bitno|nije vazno|rijeseno|rijesio sam|rijesila sam|rijesili smo",
        "problem rijesen|snasao sam se|snasla sam se|ne treba vise|vise ne treba|vise nije potrebno",
        "ipak ne treba|nasao sam|nasla sam|stiglo je|stigao je|stigla je|sve ok|sve u redu|sve pet",
        "sad radi|sada radi|vec znam",
    ),
    "ru": (
        "неважно|не важно|не актуально|неактуально|уже не надо|уже не нужно|уже не нужна|больше не нужно",
        "больше не надо|вопрос решен|вопрос снят|проблема решена|решено|решилось|разобрался|разобралась",
        "разобрались|нашел|нашла|нашли|нашлось|нашелся|уже пришло|уже пришла|уже пришел|уже работает",
        "заработало|все ок|все хорошо|все в порядке",
    ),
}
"""What says that the matter is settled (R14), as patterns of whole words ..."""

BESIDE_WITHDRAWN = frozenset(
    """i we it its is was has been have already now just myself ourselves sorry anyway the issue problem
    matter order parcel package my our question that this hi hello oh
    juz sobie sam sama sie to moja moje moj paczka przesylka problem sprawa pytanie przepraszam sorry jednak
    jest czesc hej dzien dobry jak cos
    vec je moj moja moje nas paket narudzba pitanje oprostite ipak mi sad sada sam sama
    уже все я мы сам сама сами мой моя мое наш вопрос проблема посылка заказ это извините простите сейчас
    теперь ой""".split()
)
"""... beside which only these and small talk may stand; in doubt it is not settled."""

FORMAL = {
    "pl": r"pan|pana|panu|panem|panie|pani|pania|panowie|panow|panstwo|panstwa|panstwu|panstwem|pansk\w+",
    "hr": r"vi|vas|vam|vama|vas(?:a|e|i|u|eg|ega|em|emu|im|oj|om|ih)",
    "ru": (
        r"вы|вас|вам|вами|ваш(?:а|е|и|его|ей|ему|у|им|ими|их|ем)?|здравствуите|скажите|подскажите|ответьте"
        r"|помогите|верните|перезвоните|пришлите|напишите|извините|простите|будьте|можете|сможете|работаете"
    ),
}
"""Whole words by which a customer addresses us formally, wherever they stand (R26)."""

INFORMAL = {
    "pl": (
        r"hej|hejka|siema|siemka|siemano|elo|ty|ciebie|tobie|cie|twoj\w*|twoi\w*|masz|mozesz|wiesz|chcesz"
        r"|daj|wez|napisz|odpisz|powiedz|sprawdz|wyslij"
    ),
    "hr": r"hej|cao|ej|pozz|tebi|tebe|tvoj\w*|imas|mozes|znas|hoces|daj|reci|posalji|hvala ti",
    "ru": (
        r"привет|приветик|ты|тебя|тебе|тобои|твои|твоя|твое|твоего|твоеи|слушаи|скажи|подскажи|можешь"
        r"|знаешь"
    ),
}
"""Whole words by which a customer addresses us like a friend."""

GREETING_LIKE_A_FRIEND = {"pl": r"cze[sś][cć]", "hr": r"bok"}
"""Such greetings with diacritics kept, at the start only: "część" is a part, and "bok" a side."""

NOT_A_GREETING = r"(?!\s+(?:zam\w+|do\s+\w+k\w*|od|z|tego|kreveta|kauca|ormara|vrata)\b)"

CATEGORIES = {
    "spam": (
        r"crypto|bitcoin|followers|guaranteed profit|you won|congratulations|click the link|grow your page",
        r"casino|loan offer|promote your page|kliknij w link|wygrales|pozyczk|obserwujac\w+|zarabiaj|krypto",
        r"gwarantowany zysk|polubien|zaradi\b|zaradite|osvojili|kliknite na link|pratitelja|kripto",
        r"zajamcen|крипт|заработ\w+ от|казино|выиграли|подписчик|накрутк|инвестици|перейдите по ссылке",
        r"кредит без|гарантированн",
    ),
    "complaint": (
        r"refund|broken|damaged|rude|cold|late\b|waiting|waited|still no|nobody|no one|charged twice",
        r"never (arriv|came|got)|(didnt|hasnt|havent) (arriv|come|get|got|receiv)",
        r"not (what|happy|work|arriv|receiv)|does anyone|third message|doesnt work|complain|terrible|awful",
        r"worst|scam|disappoint|unacceptable|ridiculous|wrong (one|item|size|order)",
        r"reklamacj|zwrot|zepsut|uszkodz|nie dziala|nie dotarl|nie doszl|nie przysz|czekam|nikt\b",
        r"skandal|tragedi|zenad|oszust|oszusc|rozczarow|nie polecam|spozni|zimn\w+|brudn|niemil|wstyd",
        r"(paczki|zamowienia) nadal nie|odpisze ktos|trzecia wiad",
        r"reklamacij|povrat|pokvaren|osteceno|ostecen|ne radi\b|nije stig|nije dos|jos nista|cekam|nitko",
        r"sramot|katastrof|uzas|prevar|razocar|ne preporuc|kasni|hladn|prljav|neljubaz|bezobraz|dvaput",
        r"возврат|верните деньги|сломан|поврежд|не работа|не приш|не достав|жду|никто|ужас|кошмар|обман",
        r"мошен|разочаров|не рекоменд|опозд|холодн|грязн|хам|безобрази|жалоб|претензи|дважды",
    ),
    "praise": (
        r"great|love|amazing|excellent|wonderful|beautiful|recommend|best|awesome|perfect",
        r"fantastic|delicious|polecam|swietn|super|wspanial|piekn|przepiekn|rewelacj|najleps|pyszn|cudown",
        r"zachwyc|preporuc|odlic|predivn|prekrasn|najbolj|izvrsn|ukusn|preukus|odusevlj|vrhunsk",
        r"рекоменд|отличн|супер|прекрасн|замечательн|лучш|вкусн|красив|восхи|восторг|класс|золото",
    ),
}
"""Stems, in the order of the languages above, each after the start of a word."""

QUESTION = {
    "en": r"(^|\. )(how|what|when|where|who|why|can|could|do|does|is|are|any|price|may|which|will|would)\b",
    "pl": r"\b(czy|ile|kiedy|gdzie|jak|jaki|jaka|jakie|kto|dlaczego|mozna|da sie|macie|do ktorej)\b",
    "hr": r"\b(li|jel|koliko|kada|kad|gdje|di|kako|koji|koja|tko|zasto|mogu|moze|imate)\b",
    "ru": r"\b(сколько|скольки|когда|где|как|какои|какая|кто|почему|можно|есть ли|ли|есть \d+)\b",
}
