"""The words by which short messages are told apart, folded (no case, no diacritics), by language."""

FUNCTION_WORDS = {
    "en": """the is are was were you your u my not this that with have has had havent hasnt for from when
        what where how who why which can could would will wont should please pls still been they them there
        here do does did dont didnt doesnt any some our their it its of to and or but i im ive me we us on
        in at be am an a if so no yes hello hi hey thanks thank ok order ordered open closed book table need
        want get got love great price prices much many delivery deliver shipping ship refund parcel package
        arrived received waiting wait sent send today tomorrow sunday monday weekend wrong broken anyone
        nobody someone help money back again really very never always more just now long before after by
        about size available website account food service card pay""",
    "pl": """nie jest sie na to ze czy jak co kiedy gdzie ile moja moje moj mojej mojego mam macie prosze
        dzien dobry dobre do od dla przez juz jeszcze tylko bardzo dziekuje dzieki pani pan panstwo czesc
        hej witam mozna chce chcialam chcialem chcialbym chcialabym zamowienie zamowienia zamowilem
        zamowilam paczka paczki paczke wasz wasza wasze wam u was po za bez ale i w z o a dlaczego ktos
        ktora ktory ktore jestem jestescie sa byl byla bylo byly dzis dzisiaj jutro wczoraj tydzien tygodnie
        kosztuje dotarla dotarlo dotarl doszla doszlo przyszla przyszlo przyszedl polecam super bedzie beda
        dostepne moge prosilbym prosilabym wieczor rano mi mnie nas nam ten ta te tego tej jaki jaka jakie
        taki dalej nadal nikt nic czekam czekamy wiadomosc odpowiedz odpowie rozmiar otwarte otwarci czynne
        czynni niedziele niedziela sobote stolik zwrot pieniedzy pieniadze zapytac wiecie wie kiedys zl
        zlotych faktura fakture karta obsluga sklep sklepie sklepu wysylka wysylki wysylke wyslac kurier
        kurierem cena ceny""",
    "hr": """je li jel sam ste smo su nije nisam nisu nismo niste da ne na za od do sto sta kako kada kad
        gdje di moj moja moje mojom mojoj imate ima imam molim vas vi vam hvala dobar dan bok pozdrav ovo
        ovaj ova to koji koja koje koliko zasto jos vec samo jako puno narudzba narudzbu narudzbom narucila
        narucio paket paketa radite mozete mozemo moze moze hocu zelim treba trebam sutra danas jucer tjedan
        tjedna nedjeljom nedjelju subotom ali i u iz s se bi bih biste nitko netko stigla stigao stiglo
        kosta cijena dostava dostavu preporuka preporucam ko tko nas vas vasa vase sa o me mi mene ce cete
        opet prije dva tri nista odgovor odgovora odgovara poruka poruke poruku broj karticom platiti radno
        vrijeme stol racun povrat novca novac cekam uvijek kuce boji otvoreni dostupno bila bio bilo usluga
        grad gradu hrana""",
}
"""Words that are common in messages to a business; a message is in the language of which it has most."""

OTHERS = frozenset(
    """der die das ist und ich wo wann wie viel nicht mein meine bei euch ein eine einen auf seit haben kann
    man guten bitte hallo jemand bleibt warte tisch habe sie noch mit
    el la los las donde esta mi pedido cuando cuanto hola quiero por que no ha me una muy mal gracias
    abren paquete llegado servicio precio del con
    il lo gli dove mio quando quanto siete aperti vorrei un per ciao buongiorno grazie mai non ancora
    arrivato pacco sono della
    le les est ma mon commande combien coute vous avez merci bonjour ou quand je c dans une toujours pas
    kde muj moje kolik stoji doprava porad neprisla mate to i v dobry den ahoj jak dlouho dneska otevreno
    prosim kdy jsem jeste nebo jsou
    kje kdaj moje narocilo ali imate spet odprti prosim lahko sem zakaj tudi bo
    kur mano yra kada ar cand unde este comanda mea nu hol van mikor a rendelesem nem""".split()
)
"""Common words of languages without a list of their own, so that none of them passes for one that has."""

OTHERS_LETTERS = frozenset("äöüßñçàèêëìîïòùûúáíýřěůťďňľĺŕôõåæøőűăâțș¿¡")
LETTERS = {"pl": frozenset("ąęłńśźż"), "hr": frozenset("čđ")}

CYRILLIC = "ru"
UKRAINIAN_LETTERS = frozenset("іїєґ")
OTHER_CYRILLIC_LETTERS = frozenset("јљњћђџѓќѕў")
