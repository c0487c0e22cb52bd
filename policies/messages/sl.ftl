# Besedila v slovenščini; spremenljivke so opisane v en.ftl. Brez spola: ne o stranki ne o podjetju.

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }danes do { by-time }
        [tomorrow] { " " }jutri do { by-time }
        [monday] { " " }v ponedeljek do { by-time }
        [tuesday] { " " }v torek do { by-time }
        [wednesday] { " " }v sredo do { by-time }
        [thursday] { " " }v četrtek do { by-time }
        [friday] { " " }v petek do { by-time }
        [saturday] { " " }v soboto do { by-time }
        [sunday] { " " }v nedeljo do { by-time }
       *[later] { " " }{ $promise_date } do { by-time }
    }

# „Do 12. ure“, a „do 12.30“: med uro in minutami stoji pika.
by-time =
    { $promise_minutes ->
        [0] { $promise_hour }. ure
        [59] { $promise_hour ->
            [23] polnoči
           *[other] { $promise_hour }.{ $promise_minutes }
        }
       *[other] { $promise_hour }.{ $promise_minutes }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] , spet smo tu danes ob { again-time }
        [tomorrow] , spet smo tu jutri ob { again-time }
        [monday] , spet smo tu v ponedeljek ob { again-time }
        [tuesday] , spet smo tu v torek ob { again-time }
        [wednesday] , spet smo tu v sredo ob { again-time }
        [thursday] , spet smo tu v četrtek ob { again-time }
        [friday] , spet smo tu v petek ob { again-time }
        [saturday] , spet smo tu v soboto ob { again-time }
        [sunday] , spet smo tu v nedeljo ob { again-time }
       *[later] , spet smo tu { $back_date } ob { again-time }
    }

again-time =
    { $back_minutes ->
        [0] { $back_hour }. uri
       *[other] { $back_hour }.{ $back_minutes }
    }

closed =
    { $open ->
        [yes] { "" }
       *[no] Trenutno imamo zaprto{ again }.
    }

hello =
    { $formality ->
        [informal] Živjo
       *[other] Pozdravljeni
    }

you =
    { $formality ->
        [informal] { " " }ti
        [formal] { " " }vam
       *[impersonal] { "" }
    }

# Brez roka „odgovor še dobite“, z rokom „odgovor dobite jutri do 16. ure“.
you-get =
    { $promise_day ->
        [none] še{ " " }
       *[other] { "" }
    }{ $formality ->
        [informal] dobiš
        [formal] dobite
       *[impersonal] pride
    }

you-get-it =
    { $formality ->
        [informal] Dobiš ga
        [formal] Dobite ga
       *[impersonal] Pride
    }

from-you =
    { $formality ->
        [informal] { " " }od tebe
        [formal] { " " }od vas
       *[impersonal] { "" }
    }

your-message =
    { $formality ->
        [informal] Tvoje sporočilo
        [formal] Vaše sporočilo
       *[impersonal] Sporočilo
    }

your-matter =
    { $formality ->
        [informal] Tvoja zadeva
        [formal] Vaša zadeva
       *[impersonal] Zadeva
    }

your-reply =
    { $formality ->
        [informal] tvoj odgovor
        [formal] vaš odgovor
       *[impersonal] odgovor
    }

your-reply-missing =
    { $formality ->
        [informal] Tvojega odgovora
        [formal] Vašega odgovora
       *[impersonal] Odgovora
    }

write =
    { $formality ->
        [informal] nam, prosimo, napiši
        [formal] nam, prosimo, napišite
       *[impersonal] sodijo
    }

## Da piše samodejno: javno beseda na začetku, ker sta tam le dve povedi; zasebno svoja poved

label =
    { $disclose ->
        [yes] Samodejni odgovor:{ " " }
       *[no] { "" }
    }

status =
    { $disclose ->
        [yes] { $place ->
            [public] Samodejno obvestilo:{ " " }
           *[private] { "" }
        }
       *[no] { "" }
    }

note-a =
    { $disclose ->
        [yes] { $place ->
            [public] { "" }
           *[private] { " " }To sporočilo je samodejno.
        }
       *[no] { "" }
    }

note-b =
    { $disclose ->
        [yes] { $place ->
            [public] { "" }
           *[private] { " " }To je samodejno sporočilo.
        }
       *[no] { "" }
    }

note-c =
    { $disclose ->
        [yes] { $place ->
            [public] { "" }
           *[private] { " " }To sporočilo pošiljamo samodejno.
        }
       *[no] { "" }
    }

## Potrdilo zasebnega sporočila

ack-1 =
    { hello }, { $mood ->
        [upset] hvala za opozorilo. Sporočilo je prispelo do nas.
        [question] hvala za sporočilo. Je že pri nas.
        [praise] hvala za lepe besede. Prispele so do nas.
       *[neutral] hvala za sporočilo. Prispelo je do nas.
    } { closed } { $disclose ->
        [yes] To potrdilo je samodejno; odgovor naše ekipe { you-get }{ by }.
       *[no] Odgovor naše ekipe { you-get }{ by }.
    }
ack-2 =
    { hello }, { $mood ->
        [upset] sporočilo je že pri nas in naša ekipa ga prebere v celoti.
        [question] sporočilo je že pri nas, hvala zanj.
        [praise] sporočilo je že pri nas. Hvala, take besede vedno razveselijo.
       *[neutral] sporočilo je že pri nas, hvala.
    } { closed } { $disclose ->
        [yes] Osebni odgovor { you-get }{ by }, samodejno je le to potrdilo.
       *[no] Osebni odgovor { you-get }{ by }.
    }
ack-3 =
    { hello }, { $mood ->
        [upset] sporočilo je prispelo in čaka na odgovor.
        [question] sporočilo je prispelo, hvala.
        [praise] sporočilo je prispelo, hvala za prijazne besede.
       *[neutral] sporočilo je prispelo, hvala zanj.
    } { closed } { $disclose ->
        [yes] To je samodejno sporočilo, odgovor iz naše ekipe { you-get }{ by }.
       *[no] Odgovor iz naše ekipe { you-get }{ by }.
    }
ack-4 =
    { hello }, { $mood ->
        [upset] sporočilo imamo in se ne bo izgubilo.
        [question] sporočilo imamo, hvala zanj.
        [praise] sporočilo imamo. Hvala za lepe besede.
       *[neutral] sporočilo imamo, hvala.
    } { closed } { $disclose ->
        [yes] Vse prebere nekdo od nas, odgovor pa { you-get }{ by }; te vrstice pošiljamo samodejno.
       *[no] Vse prebere nekdo od nas, odgovor pa { you-get }{ by }.
    }

## Javno potrdilo: največ dve povedi in nič o sami zadevi

ack-public-1 = { label }Hvala, komentar je prispel do nas, odgovor pa sledi{ by }. Za vse osebno smo dosegljivi v zasebnih sporočilih.
ack-public-2 = { label }Hvala za komentar, odgovor naše ekipe pride{ by }. Podrobnosti prosimo v zasebnem sporočilu.
ack-public-3 = { label }Komentar je že pri nas, hvala, odgovor pa pride{ by }. Osebne podatke prosimo le v zasebnem sporočilu.
ack-public-4 = { label }Hvala, komentar imamo in z odgovorom se oglasimo{ by }. Za podrobnosti je pravo mesto zasebno sporočilo.

## Edino zasebno sporočilo ob javnem potrdilu

invite-1 =
    { hello }, hvala za javni komentar. Podrobnosti { write } sem, da niso vsem na očeh; odgovor naše ekipe { you-get }{ by }. { $disclose ->
        [yes] To sporočilo je samodejno.
       *[no] { "" }
    }
invite-2 =
    { hello }, javni komentar je prispel do nas. Osebne stvari { write } sem, ne med javne komentarje; odgovor { you-get }{ by }. { $disclose ->
        [yes] Samodejno je le to sporočilo.
       *[no] { "" }
    }
invite-3 =
    { hello }, hvala za javno sporočilo. Osebne zadeve { write } sem; odgovor iz naše ekipe { you-get }{ by }. { $disclose ->
        [yes] To sporočilo pošiljamo samodejno.
       *[no] { "" }
    }

## Prvo potrdilo, potem ko se je zaprta zadeva znova odprla

reopened-1 =
    { hello }, { $mood ->
        [upset] hvala za opozorilo.
        [question] hvala za ponovno sporočilo.
        [praise] hvala za lepe besede.
       *[neutral] hvala za novo sporočilo.
    } { your-matter } je pri nas znova odprta. { closed } { $disclose ->
        [yes] To potrdilo je samodejno; odgovor naše ekipe { you-get }{ by }.
       *[no] Odgovor naše ekipe { you-get }{ by }.
    }
reopened-2 =
    { hello }, { $mood ->
        [upset] prispelo je novo sporočilo in naša ekipa ga prebere v celoti. Zadevo znova odpiramo.
        [question] novo sporočilo je prispelo, zadevo znova odpiramo.
        [praise] prispelo je novo sporočilo. Hvala za prijazne besede, zadevo znova odpiramo.
       *[neutral] prispelo je novo sporočilo, zato zadevo znova odpiramo.
    } { closed } { $disclose ->
        [yes] Osebni odgovor { you-get }{ by }, samodejno je le to potrdilo.
       *[no] Osebni odgovor { you-get }{ by }.
    }
reopened-3 =
    { hello }, { $mood ->
        [upset] sporočilo imamo in zadeva je znova odprta.
        [question] sporočilo imamo, hvala. Zadeva je znova odprta.
        [praise] sporočilo imamo, hvala zanj. Zadeva je znova odprta.
       *[neutral] sporočilo imamo in zadeva je znova odprta.
    } { closed } { $disclose ->
        [yes] To je samodejno sporočilo, odgovor iz naše ekipe { you-get }{ by }.
       *[no] Odgovor iz naše ekipe { you-get }{ by }.
    }

## Nadaljnja sporočila: največ dve povedi, ker so izrečena tudi javno

time-a =
    { $promise_day ->
        [none] Raje ne obljubljamo roka, ki morda ne bi držal
       *[other] Odgovor { you-get }{ by }
    }
time-b =
    { $promise_day ->
        [none] Za zdaj še ne vemo, kdaj pride odgovor
       *[other] Odgovor naše ekipe { you-get }{ by }
    }
time-c =
    { $promise_day ->
        [none] Pogovor ostane odprt, dokler nekdo od nas ne odgovori
       *[other] Oglasimo se{ you }{ by }
    }
time-d =
    { $promise_day ->
        [none] Brez njega pogovora ne zapremo
       *[other] { you-get-it }{ by }
    }

update-1 =
    { status }{ your-matter } je pri nas še vedno odprta{ $seen ->
        [yes] { " " }in naša ekipa ve zanjo.
       *[no] .
    } { time-a }.{ note-a }
update-2 =
    { status }{ $seen ->
        [yes] Naj povemo, da sporočilo še čaka na odgovor in da naša ekipa ve zanj.
       *[no] Naj povemo, da sporočilo še čaka na odgovor in da ni pozabljeno.
    } { time-b }.{ note-b }
update-3 =
    { status }{ $seen ->
        [yes] Naša ekipa ve za sporočilo, odgovor pa{ you } še dolgujemo.
       *[no] Odgovor na sporočilo{ you } še dolgujemo.
    } { time-d }.{ note-c }
update-4 =
    { status }{ $seen ->
        [yes] Naša ekipa ve, da odgovora še ni.
       *[no] Sporočilo se ni izgubilo, le odgovora še ni.
    } { time-c }.{ note-a }

missed-1 = { status }Opravičujemo se, obljubljenega odgovora še ni in čakanje je daljše, kot je bilo napovedano. { time-b }.{ note-a }
missed-2 = { status }Obljubljeni odgovor zamuja in za to se opravičujemo. { time-d }.{ note-b }

missed-again-1 = { status }Kar je bilo obljubljeno, še ni izpolnjeno, zato zadeva pri nas ostaja odprta. { time-a }.{ note-a }
missed-again-2 = { status }Obljubljenega odgovora še vedno ni. { time-b }.{ note-b }
missed-again-3 = { status }Obljubljeni odgovor še ni prispel, vendar sporočilo ni pozabljeno. { time-c }.{ note-c }
missed-again-4 = { status }Navedeni rok je spet minil, odgovora pa še ni. { time-d }.{ note-a }

quiet-a =
    { $disclose ->
        [yes] { $place ->
            [public] Do takrat bo tukaj morda tiho, ker aplikacija omejuje, do kdaj lahko sem pišemo.
           *[private] Do takrat bo tukaj morda tiho, ker samodejnih sporočil, kot je to, aplikacija kmalu ne dostavlja več.
        }
       *[no] Do takrat bo tukaj morda tiho, ker aplikacija omejuje, do kdaj lahko sem pišemo.
    }
quiet-b =
    { $disclose ->
        [yes] { $place ->
            [public] Medtem bo tukaj morda tiho, ker aplikacija naša sporočila časovno omejuje.
           *[private] Medtem bo tukaj morda tiho, ker aplikacija samodejna sporočila, kot je to, časovno omejuje.
        }
       *[no] Medtem bo tukaj morda tiho, ker aplikacija naša sporočila časovno omejuje.
    }
quiet-c =
    { $disclose ->
        [yes] { $place ->
            [public] Aplikacija kmalu omeji, kaj lahko še pošljemo, zato bo tukaj nekaj časa morda tiho.
           *[private] To sporočilo je samodejno, naslednjih pa aplikacija kmalu ne prepusti več, zato bo tukaj nekaj časa morda tiho.
        }
       *[no] Aplikacija kmalu omeji, kaj lahko še pošljemo, zato bo tukaj nekaj časa morda tiho.
    }

last-legal-1 = { status }{ your-matter } je pri nas še vedno odprta, odgovor pa { you-get }{ by }. { quiet-a }
last-legal-2 = { status }Sporočilo še čaka, odgovor naše ekipe pa { you-get }{ by }. { quiet-b }
last-legal-3 = { status }Odgovor naše ekipe { you-get }{ by }. { quiet-c }

promise-1 = { status }S sporočilom se ukvarja nekdo iz naše ekipe. Odgovor { you-get }{ by }.{ note-a }
promise-2 = { status }{ your-message } je v dobrih rokah. Odgovor naše ekipe { you-get }{ by }.{ note-b }
promise-3 = { status }Za sporočilo že vemo in z odgovorom se{ you } oglasimo{ by }.{ note-c }
promise-4 = { status }Že vemo, kdaj bo odgovor. { you-get-it }{ by }.{ note-a }

remind-1 = { status }Čakamo na { your-reply }, brez njega ne moremo naprej. Dovolj je nekaj besed tukaj, ko bo čas.{ note-a }
remind-2 = { status }Za naslednji korak potrebujemo še odgovor{ from-you }. Dovolj je kratko sporočilo.{ note-b }
remind-3 = { status }To je opomnik na naše zadnje sporočilo. Ko sem prispe odgovor{ from-you }, nadaljujemo.{ note-c }

closing-1 = { status }{ your-reply-missing } še ni, zato pogovor za zdaj zaključujemo. Dovolj je sporočilo tukaj in znova se odpre.{ note-a }
closing-2 = { status }Tukaj je že nekaj časa tiho, zato menimo, da je zadeva urejena. Če ni, je dovolj eno sporočilo.{ note-b }
closing-3 = { status }Pogovor zaključujemo, ker v njem ni novih sporočil. Po potrebi je dovolj sporočilo tukaj in nadaljujemo.{ note-c }
