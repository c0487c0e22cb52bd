# Texty v slovenčine; premenné sú opísané v en.ftl. Bez rodu: ani o zákazníkovi, ani o firme.

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }dnes do { by-time }
        [tomorrow] { " " }zajtra do { by-time }
        [monday] { " " }v pondelok do { by-time }
        [tuesday] { " " }v utorok do { by-time }
        [wednesday] { " " }v stredu do { by-time }
        [thursday] { " " }vo štvrtok do { by-time }
        [friday] { " " }v piatok do { by-time }
        [saturday] { " " }v sobotu do { by-time }
        [sunday] { " " }v nedeľu do { by-time }
       *[later] { " " }{ $promise_date } do { by-time }
    }

by-time =
    { $promise_hour ->
        [23] { $promise_minutes ->
            [59] polnoci
           *[other] { $promise_time }
        }
       *[other] { $promise_time }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] , opäť sme tu dnes o { $back_time }
        [tomorrow] , opäť sme tu zajtra o { $back_time }
        [monday] , opäť sme tu v pondelok o { $back_time }
        [tuesday] , opäť sme tu v utorok o { $back_time }
        [wednesday] , opäť sme tu v stredu o { $back_time }
        [thursday] , opäť sme tu vo štvrtok o { $back_time }
        [friday] , opäť sme tu v piatok o { $back_time }
        [saturday] , opäť sme tu v sobotu o { $back_time }
        [sunday] , opäť sme tu v nedeľu o { $back_time }
       *[later] , opäť sme tu { $back_date } o { $back_time }
    }

closed =
    { $open ->
        [yes] { "" }
       *[no] Teraz máme zatvorené{ again }.
    }

hello =
    { $formality ->
        [informal] Ahoj
       *[other] Dobrý deň
    }

you =
    { $formality ->
        [informal] { " " }ti
        [formal] { " " }Vám
       *[impersonal] { "" }
    }

from-you =
    { $formality ->
        [informal] { " " }od teba
        [formal] { " " }od Vás
       *[impersonal] { "" }
    }

your-message =
    { $formality ->
        [informal] Tvoja správa
        [formal] Vaša správa
       *[impersonal] Správa
    }

your-matter =
    { $formality ->
        [informal] Tvoja záležitosť
        [formal] Vaša záležitosť
       *[impersonal] Záležitosť
    }

your-reply =
    { $formality ->
        [informal] tvoju odpoveď
        [formal] Vašu odpoveď
       *[impersonal] odpoveď
    }

write =
    { $formality ->
        [informal] nám, prosíme, napíš
        [formal] nám, prosíme, napíšte
       *[impersonal] prosíme napísať
    }

## Že ide o automat: verejne slovo na začiatku, lebo sú tam len dve vety; súkromne vlastná veta

label =
    { $disclose ->
        [yes] Automatická odpoveď:{ " " }
       *[no] { "" }
    }

status =
    { $disclose ->
        [yes] { $place ->
            [public] Automatické oznámenie:{ " " }
           *[private] { "" }
        }
       *[no] { "" }
    }

note-a =
    { $disclose ->
        [yes] { $place ->
            [public] { "" }
           *[private] { " " }Táto správa je automatická.
        }
       *[no] { "" }
    }

note-b =
    { $disclose ->
        [yes] { $place ->
            [public] { "" }
           *[private] { " " }Toto je automatická správa.
        }
       *[no] { "" }
    }

note-c =
    { $disclose ->
        [yes] { $place ->
            [public] { "" }
           *[private] { " " }Túto správu posielame automaticky.
        }
       *[no] { "" }
    }

## Potvrdenie súkromnej správy

ack-1 =
    { hello }, { $mood ->
        [upset] ďakujeme za upozornenie. Správa k nám v poriadku prišla.
        [question] ďakujeme za správu. Je už u nás.
        [praise] ďakujeme za milé slová. V poriadku k nám prišli.
       *[neutral] ďakujeme za správu. V poriadku k nám prišla.
    } { closed } { $disclose ->
        [yes] Toto potvrdenie je automatické; niekto z nášho tímu{ you } odpovie{ by }.
       *[no] Niekto z nášho tímu{ you } odpovie{ by }.
    }
ack-2 =
    { hello }, { $mood ->
        [upset] správa je už u nás a prečítame si ju celú.
        [question] správa je už u nás, ďakujeme za ňu.
        [praise] správa je už u nás. Ďakujeme, také slová vždy potešia.
       *[neutral] správa je už u nás, ďakujeme.
    } { closed } { $disclose ->
        [yes] Odpoveď{ you } napíše niekto z nás{ by }, automatické je len toto potvrdenie.
       *[no] Odpoveď{ you } napíše niekto z nás{ by }.
    }
ack-3 =
    { hello }, { $mood ->
        [upset] správa prišla a čaká na odpoveď.
        [question] správa prišla, ďakujeme.
        [praise] správa prišla, ďakujeme za pekné slová.
       *[neutral] správa prišla, ďakujeme za ňu.
    } { closed } { $disclose ->
        [yes] Toto je automatická správa, odpoveď nášho tímu{ you } príde{ by }.
       *[no] Odpoveď{ you } príde{ by }.
    }
ack-4 =
    { hello }, { $mood ->
        [upset] správu máme a určite sa nestratí.
        [question] správu máme, ďakujeme za ňu.
        [praise] správu máme. Ďakujeme za milé slová.
       *[neutral] správu máme, ďakujeme.
    } { closed } { $disclose ->
        [yes] Niekto z nás si všetko prečíta a odpovie{ you }{ by }; tieto riadky posielame automaticky.
       *[no] Niekto z nás si všetko prečíta a odpovie{ you }{ by }.
    }

## Verejné potvrdenie: najviac dve vety a nič o veci samej

ack-public-1 = { label }Ďakujeme, komentár k nám prišiel a odpovieme naň{ by }. V osobných veciach prosíme o súkromnú správu.
ack-public-2 = { label }Ďakujeme za komentár, niekto z nás odpovie{ by }. Podrobnosti prosíme do súkromnej správy.
ack-public-3 = { label }Komentár je už u nás, ďakujeme, a odpoveď príde{ by }. Osobné údaje prosíme posielať len v súkromnej správe.
ack-public-4 = { label }Ďakujeme, komentár máme a ozveme sa{ by }. Na podrobnosti čakáme v súkromnej správe.

## Jediná súkromná správa popri verejnom potvrdení

invite-1 =
    { hello }, ďakujeme za verejný komentár. Podrobnosti { write } sem, nech nie sú všetkým na očiach; niekto z nás{ you } odpovie{ by }. { $disclose ->
        [yes] Táto správa je automatická.
       *[no] { "" }
    }
invite-2 =
    { hello }, verejný komentár k nám prišiel. Osobné veci { write } radšej sem; odpoveď{ you } príde{ by }. { $disclose ->
        [yes] Automatická je len táto správa.
       *[no] { "" }
    }
invite-3 =
    { hello }, ďakujeme za verejnú správu. Čokoľvek osobné { write } sem; odpovie{ you } niekto z nášho tímu{ by }. { $disclose ->
        [yes] Túto správu posielame automaticky.
       *[no] { "" }
    }

## Prvé potvrdenie po tom, čo sa uzavretá záležitosť znova otvorila

reopened-1 =
    { hello }, { $mood ->
        [upset] ďakujeme za upozornenie.
        [question] ďakujeme za novú správu.
        [praise] ďakujeme za milé slová.
       *[neutral] ďakujeme za ďalšiu správu.
    } { your-matter } je u nás znova otvorená. { closed } { $disclose ->
        [yes] Toto potvrdenie je automatické; niekto z nášho tímu{ you } odpovie{ by }.
       *[no] Niekto z nášho tímu{ you } odpovie{ by }.
    }
reopened-2 =
    { hello }, { $mood ->
        [upset] prišla nám nová správa a prečítame si ju celú. Záležitosť znova otvárame.
        [question] prišla nám ďalšia správa, a tak záležitosť znova otvárame.
        [praise] prišla nám nová správa. Ďakujeme za pekné slová, záležitosť znova otvárame.
       *[neutral] prišla nám nová správa, a tak záležitosť znova otvárame.
    } { closed } { $disclose ->
        [yes] Odpoveď{ you } napíše niekto z nás{ by }, automatické je len toto potvrdenie.
       *[no] Odpoveď{ you } napíše niekto z nás{ by }.
    }
reopened-3 =
    { hello }, { $mood ->
        [upset] správu máme a záležitosť je znova otvorená.
        [question] správu máme, ďakujeme. Záležitosť je znova otvorená.
        [praise] správu máme, ďakujeme za ňu. Záležitosť je znova otvorená.
       *[neutral] správu máme a záležitosť je znova otvorená.
    } { closed } { $disclose ->
        [yes] Toto je automatická správa, odpoveď nášho tímu{ you } príde{ by }.
       *[no] Odpoveď{ you } príde{ by }.
    }

## Ďalšie správy: najviac dve vety, lebo zaznievajú aj verejne

time-a =
    { $promise_day ->
        [none] Radšej nesľubujeme termín, ktorý by sa nemusel stihnúť
       *[other] Odpoveď{ you } príde{ by }
    }
time-b =
    { $promise_day ->
        [none] Zatiaľ nevieme, kedy odpoveď príde
       *[other] Niekto z nás{ you } odpovie{ by }
    }
time-c =
    { $promise_day ->
        [none] Konverzáciu necháme otvorenú, kým niekto z nás neodpovie
       *[other] Ozveme sa{ you }{ by }
    }
time-d =
    { $promise_day ->
        [none] Bez nej konverzáciu neuzavrieme
       *[other] Pošleme{ you } ju{ by }
    }

update-1 =
    { status }{ your-matter } je u nás stále otvorená{ $seen ->
        [yes] { " " }a náš tím o nej vie.
       *[no] .
    } { time-a }.{ note-a }
update-2 =
    { status }{ $seen ->
        [yes] Dávame vedieť, že správa ešte čaká na odpoveď a náš tím o nej vie.
       *[no] Dávame vedieť, že správa ďalej čaká na odpoveď a nie je zabudnutá.
    } { time-b }.{ note-b }
update-3 =
    { status }{ $seen ->
        [yes] Náš tím o správe vie a odpoveď{ you } stále dlhujeme.
       *[no] Odpoveď na správu{ you } stále dlhujeme.
    } { time-d }.{ note-c }
update-4 =
    { status }{ $seen ->
        [yes] Náš tím vie, že odpoveď tu ešte nie je.
       *[no] Správa sa nestratila, len tu ešte nie je odpoveď.
    } { time-c }.{ note-a }

missed-1 = { status }Ospravedlňujeme sa, sľúbená odpoveď tu ešte nie je a čakanie je dlhšie, než bolo uvedené. { time-b }.{ note-a }
missed-2 = { status }Sľúbená odpoveď mešká a za to sa ospravedlňujeme. { time-d }.{ note-b }

missed-again-1 = { status }Čo bolo sľúbené, ešte nie je splnené, preto u nás záležitosť zostáva otvorená. { time-a }.{ note-a }
missed-again-2 = { status }Sľúbená odpoveď stále chýba. { time-b }.{ note-b }
missed-again-3 = { status }Sľúbená odpoveď ešte neprišla, ale správa nie je zabudnutá. { time-c }.{ note-c }
missed-again-4 = { status }Uvedený termín znova uplynul a odpoveď tu ešte nie je. { time-d }.{ note-a }

quiet-a =
    { $disclose ->
        [yes] { $place ->
            [public] Dovtedy tu môže byť ticho, lebo aplikácia obmedzuje, dokedy sem môžeme písať.
           *[private] Dovtedy tu môže byť ticho, lebo automatické správy, ako je táto, aplikácia čoskoro prestane doručovať.
        }
       *[no] Dovtedy tu môže byť ticho, lebo aplikácia obmedzuje, dokedy sem môžeme písať.
    }
quiet-b =
    { $disclose ->
        [yes] { $place ->
            [public] Kým príde, môže tu byť ticho, lebo aplikácia naše správy časovo obmedzuje.
           *[private] Kým príde, môže tu byť ticho, lebo aplikácia automatické správy, ako je táto, časovo obmedzuje.
        }
       *[no] Kým príde, môže tu byť ticho, lebo aplikácia naše správy časovo obmedzuje.
    }
quiet-c =
    { $disclose ->
        [yes] { $place ->
            [public] Aplikácia čoskoro obmedzí, čo sem môžeme poslať, takže tu chvíľu môže byť ticho.
           *[private] Toto je automatická správa a ďalšie už sem aplikácia čoskoro nepustí, takže tu chvíľu môže byť ticho.
        }
       *[no] Aplikácia čoskoro obmedzí, čo sem môžeme poslať, takže tu chvíľu môže byť ticho.
    }

last-legal-1 = { status }{ your-matter } je u nás stále otvorená a odpoveď{ you } príde{ by }. { quiet-a }
last-legal-2 = { status }Správa ešte čaká na odpoveď, ktorú{ you } napíše niekto z nás{ by }. { quiet-b }
last-legal-3 = { status }Niekto z nás{ you } odpovie{ by }. { quiet-c }

promise-1 = { status }Správe sa venuje niekto z nášho tímu. Odpoveď{ you } príde{ by }.{ note-a }
promise-2 = { status }{ your-message } je v dobrých rukách. Niekto z nás{ you } odpovie{ by }.{ note-b }
promise-3 = { status }O správe už vieme a s odpoveďou sa{ you } ozveme{ by }.{ note-c }
promise-4 = { status }Už vieme, kedy bude odpoveď. Pošleme{ you } ju{ by }.{ note-a }

remind-1 = { status }Čakáme na { your-reply }, bez nej nemôžeme pokračovať. Stačí napísať sem, keď sa to bude hodiť.{ note-a }
remind-2 = { status }K ďalšiemu kroku nám chýba ešte odpoveď{ from-you }. Stačí pár slov.{ note-b }
remind-3 = { status }Pripomíname našu poslednú správu. Len čo sem príde odpoveď{ from-you }, pokračujeme.{ note-c }

closing-1 = { status }Odpoveď{ from-you } nemáme, a tak konverzáciu zatiaľ uzatvárame. Stačí napísať sem a znova sa otvorí.{ note-a }
closing-2 = { status }Už nejaký čas je tu ticho, a tak vec považujeme za vybavenú. Ak nie je, stačí sem poslať jednu správu.{ note-b }
closing-3 = { status }Konverzáciu uzatvárame, lebo v nej nie sú nové správy. V prípade potreby stačí napísať sem a pokračujeme.{ note-c }
