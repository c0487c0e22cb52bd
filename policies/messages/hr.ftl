# Tekstovi na hrvatskom; varijable su opisane u en.ftl. Bez roda: ni o kupcu, ni o tvrtki.

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }danas do { $promise_time }
        [tomorrow] { " " }sutra do { $promise_time }
        [monday] { " " }u ponedjeljak do { $promise_time }
        [tuesday] { " " }u utorak do { $promise_time }
        [wednesday] { " " }u srijedu do { $promise_time }
        [thursday] { " " }u četvrtak do { $promise_time }
        [friday] { " " }u petak do { $promise_time }
        [saturday] { " " }u subotu do { $promise_time }
        [sunday] { " " }u nedjelju do { $promise_time }
       *[later] { " " }{ $promise_date } do { $promise_time }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] , opet smo tu danas u { $back_time }
        [tomorrow] , opet smo tu sutra u { $back_time }
        [monday] , opet smo tu u ponedjeljak u { $back_time }
        [tuesday] , opet smo tu u utorak u { $back_time }
        [wednesday] , opet smo tu u srijedu u { $back_time }
        [thursday] , opet smo tu u četvrtak u { $back_time }
        [friday] , opet smo tu u petak u { $back_time }
        [saturday] , opet smo tu u subotu u { $back_time }
        [sunday] , opet smo tu u nedjelju u { $back_time }
       *[later] , opet smo tu { $back_date } u { $back_time }
    }

closed =
    { $open ->
        [yes] { "" }
       *[no] Trenutačno ne radimo{ again }.
    }

hello =
    { $formality ->
        [informal] Bok
       *[other] Dobar dan
    }

you =
    { $formality ->
        [informal] { " " }ti
        [formal] { " " }Vam
       *[impersonal] { "" }
    }

your =
    { $formality ->
        [informal] tvoj odgovor
        [formal] Vaš odgovor
       *[impersonal] odgovor
    }

## Potvrda privatne poruke

ack-1 =
    { hello }, { $mood ->
        [upset] hvala na ovoj poruci. Stigla je do nas.
        [question] hvala na pitanju. Stiglo je do nas.
        [praise] hvala na lijepim riječima. Stigle su do nas.
       *[neutral] hvala na poruci. Stigla je do nas.
    } { closed } Ovo je automatska potvrda, a netko iz našeg tima će{ you } odgovoriti{ by }.
ack-2 =
    { hello }, { $mood ->
        [upset] poruka je kod nas. To nam je važno.
        [question] pitanje je kod nas, hvala.
        [praise] poruka je kod nas. Hvala, takve riječi puno nam znače.
       *[neutral] poruka je kod nas, hvala na javljanju.
    } { closed } Odgovorit će{ you } netko iz našeg tima{ by }, a ova je potvrda automatska.
ack-3 =
    { hello }, { $mood ->
        [upset] poruka je stigla i čeka odgovor.
        [question] pitanje je stiglo, hvala na javljanju.
        [praise] poruka je stigla, hvala na lijepim riječima.
       *[neutral] poruka je stigla, hvala na javljanju.
    } { closed } Ova je poruka automatska, a pravi odgovor stiže{ by }.
ack-4 =
    { hello }, { $mood ->
        [upset] poruka je tu i neće se izgubiti.
        [question] pitanje je tu, hvala.
        [praise] poruka je tu. Hvala na lijepim riječima.
       *[neutral] poruka je tu, hvala.
    } { closed } Netko od nas će sve pročitati i odgovoriti{ you }{ by }, automatska je samo ova potvrda.

## Javna potvrda: najviše dvije rečenice i ništa o slučaju

ack-public-1 = Hvala, komentar je kod nas, a odgovor stiže{ by }. Za sve osobno molimo privatnu poruku.
ack-public-2 = Hvala na komentaru, netko od nas odgovorit će ovdje{ by }. Pojedinosti molimo poslati u privatnoj poruci.
ack-public-3 = Komentar je stigao, hvala, a odgovor će biti ovdje{ by }. Osobne podatke molimo samo u privatnoj poruci.
ack-public-4 = Hvala na ovim riječima, javit ćemo se{ by }. Za pojedinosti čekamo privatnu poruku.

## Jedna privatna poruka uz javnu potvrdu

invite-1 = { hello }, hvala na komentaru. Pojedinosti molimo poslati ovdje, kako ne bi bile javno vidljive; netko iz našeg tima će{ you } odgovoriti{ by }. Ovo je automatska poruka.
invite-2 = { hello }, javni komentar je stigao do nas. Sve osobno molimo napisati ovdje, a ne javno; odgovor stiže{ by }. Automatska je samo ova poruka.
invite-3 = { hello }, hvala na javnoj poruci. Sve osobno molimo poslati ovdje; odgovorit će{ you } netko od nas{ by }. Ova je potvrda automatska.

## Kasnije poruke: najviše dvije rečenice, jer se govore i javno

time-a =
    { $promise_day ->
        [none] Radije ne navodimo rok nego da navedemo onaj koji se možda neće održati.
       *[other] Odgovor stiže{ by }.
    }
time-b =
    { $promise_day ->
        [none] Još ne znamo kada će odgovor stići.
       *[other] Netko iz našeg tima će{ you } odgovoriti{ by }.
    }
time-c =
    { $promise_day ->
        [none] Razgovor ostaje otvoren dok netko od nas ne odgovori.
       *[other] Odgovorit ćemo{ you }{ by }.
    }
time-d =
    { $promise_day ->
        [none] Razgovor nećemo zatvoriti bez odgovora.
       *[other] Odgovor će biti tu{ by }.
    }

update-1 =
    { $seen ->
        [yes] Razgovor je i dalje otvoren i naš tim zna za njega.
       *[no] Razgovor je kod nas i dalje otvoren.
    } { time-a }
update-2 =
    { $seen ->
        [yes] Kratka obavijest: naš tim zna za poruku, a ona čeka odgovor.
       *[no] Kratka obavijest: poruka čeka odgovor i nije zaboravljena.
    } { time-b }
update-3 =
    { $seen ->
        [yes] Naš tim zna za poruku, odgovor je i dalje na nama.
       *[no] Odgovor na poruku i dalje je na nama.
    } { time-c }
update-4 =
    { $seen ->
        [yes] Odgovora još nema i naš tim to zna.
       *[no] Odgovora još nema, ali poruka nije izgubljena.
    } { time-d }

missed-1 = Ispričavamo se: obećanog odgovora još nema, a čekanje traje dulje nego što je rečeno. { time-a }
missed-2 = Obećani odgovor kasni i zbog toga se ispričavamo. { time-b }

missed-again-1 = Ono što je obećano još se nije dogodilo, a razgovor ostaje otvoren. { time-b }
missed-again-2 = Obećani odgovor još nedostaje. { time-a }
missed-again-3 = Obećani odgovor još nije stigao, ali poruka nije zaboravljena. { time-c }
missed-again-4 = Navedeni rok opet je prošao bez odgovora. { time-d }

last-legal-1 = Razgovor je kod nas i dalje otvoren, a odgovor stiže{ by }. Dotad ovdje može biti tiho jer ova aplikacija uskoro više ne prima automatske poruke.
last-legal-2 = Poruka još čeka odgovor, koji će napisati čovjek{ by }. Prije toga ovdje može biti tiho jer ova aplikacija ograničava automatske poruke.
last-legal-3 = Netko od nas će{ you } odgovoriti{ by }. Ova aplikacija uskoro ne propušta automatske poruke, pa neko vrijeme ovdje može biti tiho.

promise-1 = Za ovo se brine osoba iz našeg tima. Odgovor stiže{ by }.
promise-2 = Sve je u dobrim rukama: netko iz našeg tima će{ you } odgovoriti{ by }.
promise-3 = Netko od nas već zna za ovo i javit će{ you } se{ by }.
promise-4 = Ovime se već bavimo. Odgovor će biti tu{ by }.

remind-1 = Za nastavak nam treba { your }. Dovoljno je napisati ovdje kad bude zgodno.
remind-2 = Da krenemo dalje, nedostaje još samo odgovor. Dovoljno je nekoliko riječi ovdje.
remind-3 = Podsjećamo na našu zadnju poruku. Čim stigne odgovor, nastavljamo.

closing-1 = Odgovora nema, pa zasad zatvaramo ovaj razgovor. Dovoljno je napisati ovdje i opet se otvara.
closing-2 = Ovdje je neko vrijeme tiho, pa smatramo da je sve riješeno. Ako nije, dovoljna je jedna poruka.
closing-3 = Zatvaramo ovaj razgovor jer u njemu nema novih poruka. Po potrebi je dovoljno napisati ovdje i nastavljamo.
