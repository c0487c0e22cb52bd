"""The words by which short messages are told apart, folded (no case, no diacritics), by language."""

FUNCTION_WORDS = {
    "en": """the is are was were you your my not this that with have has had for from when what where how
        who why can could would please still been they them there here will do does did any our their
        it its of to and or but i me we us on at in be am an a hello hi hey thanks thank ok order open
        book need want get got love great price delivery refund""",
    "pl": """nie jest sie na to ze czy jak co kiedy gdzie ile moja moje moj mam macie prosze dzien dobry
        dobre do od dla przez juz jeszcze tylko bardzo dziekuje dzieki pani pan panstwo czesc hej witam
        mozna chce chcialam chcialbym zamowienie paczka wasz wasza wasze u was po za bez ale i w z o
        dlaczego ktos ktora ktory jestem jestescie sa byl byla bylo dzis jutro wczoraj tydzien kosztuje
        dotarla dotarlo polecam super bedzie dostepne moge prosilbym dobry wieczor rano""",
    "hr": """je li sam ste su nije nisam da ne na za od do sto sta kako kada kad gdje di moj moja moje imate
        molim vas vi vam hvala dobar dan bok pozdrav ovo to koji koja koliko zasto jos vec samo jako puno
        narudzba paket radite mozete moze hocu zelim treba sutra danas jucer tjedan nedjeljom ali i u iz s
        se bi bih biste nitko netko stigla stigao kosta cijena dostava preporuka ko koje nas vas""",
}

CYRILLIC = "ru"
UKRAINIAN_LETTERS = frozenset("іїєґ")
LETTERS = {"pl": frozenset("ąęłńśźż"), "hr": frozenset("čđ")}

SMALL_TALK = {
    "en": """thanks thank you thx ty cheers ok okay okey great super perfect cool nice fine good got it
        alright sure bye see so much very well noted understood wonderful lovely awesome a lot many""",
    "pl": """dzieki dziekuje dziekuje dzieki wielkie bardzo ok oki okej super git jasne dobra dobrze
        rozumiem swietnie pozdrawiam milego dnia do zobaczenia serdecznie pieknie za odpowiedz pomoc
        tak""",
    "hr": """hvala puno vam lijepo ok oke super odlicno dobro u redu razumijem vazi moze jasno pozdrav
        lijep dan ugodan zahvaljujem na odgovoru pomoci svemu najljepsa""",
    "ru": """спасибо большое вам тебе благодарю ок окей хорошо отлично супер понятно понял поняла ясно
        ладно добро здорово класс до свидания пасиб спс благодарен благодарна за ответ помощь огромное""",
}

BUT = frozenset(
    """but however although though still yet ale jednak lecz no ali medutim ipak
    но однако""".split()
)
"""With one of these even the friendliest words are a message (R15)."""

NEGATIONS = frozenset(
    """not no never isnt didnt dont cant nie nikt ne nije nisam nisu nitko
    не нет никто ни""".split()
)

WITHDRAWN = (
    "never mind",
    "nevermind",
    "nvm",
    "solved",
    "sorted",
    "figured it out",
    "found it",
    "no longer needed",
    "niewazne",
    "nieaktualne",
    "juz nie trzeba",
    "sprawa zalatwiona",
    "juz wiem",
    "juz mam",
    "poradzilem sobie",
    "poradzilam sobie",
    "nema veze",
    "rijeseno",
    "rijesio sam",
    "rijesila sam",
    "snasao sam se",
    "snasla sam se",
    "ne treba vise",
    "неважно",
    "не актуально",
    "неактуально",
    "уже не надо",
    "уже не нужно",
    "больше не нужно",
    "вопрос решен",
    "разобрался",
    "разобралась",
    "нашел",
    "нашла",
)

FORMAL = {
    "pl": r"\b(pan|pani|panu|pana|panem|pania|panstwo|panstwa|panstwu|panstwem)\b",
    "hr": r"\b(vi|vas|vam|vama|vasa?|vase[gm]?|vasoj|molim vas|imate|mozete|radite|jeste li)\b",
    "ru": r"\b(вы|вас|вам|вами|ваш\w*|здравствуйте|скажите|подскажите|ответьте|пожалуйста скажите)\b",
}

INFORMAL = {
    "pl": r"\b(hej|czesc|siema|elo|ty|ciebie|tobie|tobie|masz|macie|mozesz|daj|wez|wiesz|twoj\w*)\b",
    "hr": r"\b(bok|hej|cao|ti|tebi|tebe|tvoj\w*|imas|mozes|znas|daj|reci)\b",
    "ru": r"\b(ты|тебя|тебе|тобой|твой|твоя|твое|твои|привет|слушай|скажи|можешь|знаешь)\b",
}

CATEGORIES = {
    "spam": (
        r"crypto|bitcoin|followers|guaranteed profit|you won|congratulations|click the link",
        r"casino|loan offer|promote your page|kliknij w link|wygrales|pozyczk|obserwujac\w+",
        r"zaradite|osvojili|kliknite na link|pratitelja|крипт|заработ\w+ от|казино|выиграли",
        r"подписчик|перейдите по ссылке|кредит без",
    ),
    "complaint": (
        r"refund|broken|damaged|rude|cold|late\b|waiting|waited|still no|nobody|no one",
        r"never (arriv|came|got)|didnt (arriv|come|get)|not (what|happy|work|arriv|receiv)",
        r"doesnt work|complain|terrible|awful|worst|scam|disappoint|unacceptable|ridiculous",
        r"reklamacj|zwrot|zepsut|uszkodz|nie dziala|nie dotarl|nie przysz|czekam|nikt (nie )?",
        r"skandal|tragedi|zenad|oszust|rozczarow|nie polecam|spozni|zimn\w+|brudn|niemil|wstyd",
        r"reklamacij|povrat|pokvaren|osteceno|ostecen|ne radi|nije stig|nije dos|cekam|nitko",
        r"sramot|katastrof|uzas|prevar|razocar|ne preporuc|kasni|hladn|prljav|neljubaz|возврат",
        r"сломан|поврежд|не работа|не приш|не достав|жду|никто|ужас|кошмар|обман|мошен",
        r"разочаров|не рекоменд|опозд|холодн|грязн|хам|безобрази|жалоб|претензи",
    ),
    "praise": (
        r"great|love|amazing|excellent|wonderful|beautiful|recommend|best|awesome|perfect",
        r"fantastic|delicious|polecam|swietn|super|wspanial|piekn|rewelacj|najleps|pyszn|cudown",
        r"preporuc|odlic|predivn|prekrasn|najbolj|izvrsn|ukusn|odusevlj|рекоменд|отличн|супер",
        r"прекрасн|замечательн|лучш|вкусн|красив|восхит|класс",
    ),
}
"""Stems, in the order of the languages above, each after the start of a word."""

QUESTION = {
    "en": r"(^|\. )(how|what|when|where|who|why|can|could|do|does|is|are|any|price|may|which|will|would)\b",
    "pl": r"\b(czy|ile|kiedy|gdzie|jak|jaki|jaka|jakie|kto|dlaczego|mozna|da sie)\b",
    "hr": r"\b(li|koliko|kada|kad|gdje|di|kako|koji|koja|tko|zasto|mogu|moze)\b",
    "ru": r"\b(сколько|когда|где|как|какой|какая|кто|почему|можно|есть ли|ли)\b",
}
