# Tekstovi na hrvatskom; varijable su opisane u en.ftl. Bez roda: ni o kupcu, ni o tvrtki.

## Vrijeme kako se govori: do 9 sati, u 21 sat, u 9:30

until =
    { $promise_minutes ->
        [00] { $promise_hour } { $promise_hour ->
            [one] sata
            [few] sata
           *[other] sati
        }
        [59] { $promise_hour ->
            [23] ponoći
           *[other] { $promise_time }
        }
       *[other] { $promise_time }
    }

at =
    { $promise_minutes ->
        [00] { $promise_hour } { $promise_hour ->
            [one] sat
            [few] sata
           *[other] sati
        }
       *[other] { $promise_time }
    }

back-at =
    { $back_minutes ->
        [00] { $back_hour } { $back_hour ->
            [one] sat
            [few] sata
           *[other] sati
        }
       *[other] { $back_time }
    }

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }danas do { until }
        [tomorrow] { " " }sutra do { until }
        [monday] { " " }do ponedjeljka u { at }
        [tuesday] { " " }do utorka u { at }
        [wednesday] { " " }do srijede u { at }
        [thursday] { " " }do četvrtka u { at }
        [friday] { " " }do petka u { at }
        [saturday] { " " }do subote u { at }
        [sunday] { " " }do nedjelje u { at }
       *[later] { " " }do { $promise_date } u { at }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] , opet smo tu danas u { back-at }
        [tomorrow] , opet smo tu sutra u { back-at }
        [monday] , opet smo tu u ponedjeljak u { back-at }
        [tuesday] , opet smo tu u utorak u { back-at }
        [wednesday] , opet smo tu u srijedu u { back-at }
        [thursday] , opet smo tu u četvrtak u { back-at }
        [friday] , opet smo tu u petak u { back-at }
        [saturday] , opet smo tu u subotu u { back-at }
        [sunday] , opet smo tu u nedjelju u { back-at }
       *[later] , opet smo tu { $back_date } u { back-at }
    }

closed =
    { $open ->
        [yes] { "" }
       *[no] Trenutačno ne radimo{ again }.
    }

hello =
    { $formality ->
        [informal] Bok
       *[other] Pozdrav
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

## Da je automatsko: oznaka u javnosti, gdje stanu dvije rečenice; rečenica u privatnoj poruci

label =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] Automatski odgovor:{ " " }
           *[private] { "" }
        }
    }

note =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] { "" }
           *[private] { " " }Ovo je automatska poruka.
        }
    }

note-sent =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] { "" }
           *[private] { " " }Ova je poruka poslana automatski.
        }
    }

note-short =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] { "" }
           *[private] { " " }Ova je poruka automatska.
        }
    }

## Potvrda privatne poruke

ack-1 =
    { hello }, { $mood ->
        [upset] hvala na povratnoj informaciji. Stigla je do nas.
        [question] hvala na upitu. Stigao je do nas.
        [praise] hvala na lijepim riječima. Stigle su do nas.
       *[neutral] hvala na poruci. Stigla je do nas.
    } { closed } { $disclose ->
        [no] Netko
       *[yes] Ovo je automatska potvrda, a netko
    } iz našeg tima će{ you } odgovoriti{ by }.
ack-2 =
    { hello }, { $mood ->
        [upset] poruka nam je stigla i pročitat ćemo je u cijelosti.
        [question] upit nam je stigao, hvala.
        [praise] poruka nam je stigla. Hvala, takve riječi puno nam znače.
       *[neutral] poruka nam je stigla, hvala na javljanju.
    } { closed } Odgovorit će{ you } netko iz našeg tima{ by }{ $disclose ->
        [no] .
       *[yes] , a ova je potvrda automatska.
    }
ack-3 =
    { hello }, { $mood ->
        [upset] poruka je stigla i čeka odgovor.
        [question] upit je stigao, hvala na javljanju.
        [praise] poruka je stigla, hvala na lijepim riječima.
       *[neutral] poruka je stigla, hvala na javljanju.
    } { closed } { $disclose ->
        [no] Odgovor
       *[yes] Ova je poruka automatska, a odgovor
    } našeg tima stiže{ by }.
ack-4 =
    { hello }, { $mood ->
        [upset] poruka je zaprimljena i neće se izgubiti.
        [question] upit je zaprimljen, hvala.
        [praise] poruka je zaprimljena. Hvala na lijepim riječima.
       *[neutral] poruka je zaprimljena, hvala.
    } { closed } Netko od nas će sve pročitati i odgovoriti{ you }{ by }{ $disclose ->
        [no] .
       *[yes] , automatska je samo ova potvrda.
    }

## Isto kad se kupac vrati u razgovor koji je bio zatvoren

reopened-1 =
    { hello }, { $mood ->
        [upset] hvala na povratnoj informaciji.
        [question] hvala na novom upitu.
        [praise] hvala na lijepim riječima.
       *[neutral] hvala na novoj poruci.
    } Razgovor je ponovno otvoren. { closed } { $disclose ->
        [no] Netko
       *[yes] Ovo je automatska potvrda, a netko
    } iz našeg tima će{ you } odgovoriti{ by }.
reopened-2 =
    { hello }, nova poruka nam je stigla i opet otvaramo ovaj razgovor. { closed } Odgovorit će{ you } netko iz našeg tima{ by }{ $disclose ->
        [no] .
       *[yes] , a ova je potvrda automatska.
    }
reopened-3 =
    { hello }, ovaj je razgovor opet otvoren, a nova poruka čeka odgovor. { closed } { $disclose ->
        [no] Odgovor
       *[yes] Ova je poruka automatska, a odgovor
    } našeg tima stiže{ by }.
reopened-4 =
    { hello }, stigla je nova poruka, pa razgovor više nije zatvoren. { closed } Netko od nas će sve pročitati i odgovoriti{ you }{ by }{ $disclose ->
        [no] .
       *[yes] , automatska je samo ova potvrda.
    }

## Javna potvrda: najviše dvije rečenice i ništa o slučaju

ack-public-1 = { label }Hvala, komentar nam je stigao, a odgovor slijedi{ by }. Za sve osobno molimo privatnu poruku.
ack-public-2 = { label }Hvala na komentaru, netko od nas odgovorit će{ by }. Pojedinosti molimo poslati u privatnoj poruci.
ack-public-3 = { label }Komentar je zaprimljen, hvala, a odgovor stiže{ by }. Osobne podatke molimo samo u privatnoj poruci.
ack-public-4 = { label }Hvala na javljanju, odgovorit ćemo{ by }. Za pojedinosti čekamo privatnu poruku.

## Jedna privatna poruka uz javnu potvrdu

invite-1 = { hello }, hvala na komentaru. Pojedinosti molimo poslati ovdje, kako ne bi bile javno vidljive; netko iz našeg tima će{ you } odgovoriti{ by }.{ note }
invite-2 = { hello }, javni komentar je stigao do nas. Sve osobno molimo napisati ovdje, a ne javno; odgovor stiže{ by }.{ note-sent }
invite-3 = { hello }, hvala na javnoj poruci. Sve osobno molimo poslati ovdje; odgovorit će{ you } netko od nas{ by }.{ note-short }

## Kasnije poruke: najviše dvije rečenice, jer se govore i javno

time-a =
    { $promise_day ->
        [none] Rok ne navodimo, da ne obećamo previše.
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
       *[other] Odgovor šaljemo{ by }.
    }

update-1 =
    { label }{ $seen ->
        [yes] Razgovor je i dalje otvoren i naš tim zna za njega.
       *[no] Razgovor je kod nas i dalje otvoren.
    } { time-a }{ note }
update-2 =
    { label }{ $seen ->
        [yes] Naš tim zna za poruku, a ona još čeka odgovor.
       *[no] Poruka čeka odgovor i nije zaboravljena.
    } { time-b }{ note-sent }
update-3 =
    { label }{ $seen ->
        [yes] Naš tim zna za poruku, odgovor je i dalje na nama.
       *[no] Odgovor na poruku i dalje je na nama.
    } { time-c }{ note-short }
update-4 =
    { label }{ $seen ->
        [yes] Odgovora još nema i naš tim to zna.
       *[no] Odgovora još nema, ali poruka nije izgubljena.
    } { time-d }{ note }

missed-1 = { label }Ispričavamo se što obećanog odgovora još nema i što čekanje traje dulje od najavljenog. { time-a }{ note-sent }
missed-2 = { label }Obećani odgovor kasni i zbog toga se ispričavamo. { time-b }{ note-short }

missed-again-1 = { label }Obećano još nije ispunjeno, a razgovor ostaje otvoren. { time-b }{ note }
missed-again-2 = { label }Obećanog odgovora još uvijek nema. { time-a }{ note-sent }
missed-again-3 = { label }Obećani odgovor još nije stigao, ali poruka nije zaboravljena. { time-c }{ note-short }
missed-again-4 = { label }Navedeni rok opet je prošao, a odgovora još nema. { time-d }{ note }

last-legal-1 = { label }Razgovor je kod nas i dalje otvoren, a odgovor stiže{ by }. Dotad ovdje može biti tiho jer ova aplikacija uskoro više ne prima automatske poruke poput ove.
last-legal-2 = { label }Poruka još čeka odgovor, koji će napisati netko od nas{ by }. Prije toga ovdje može biti tiho jer ova aplikacija ograničava automatske poruke poput ove.
last-legal-3 = { label }Netko od nas će{ you } odgovoriti{ by }. Ova aplikacija uskoro više neće propuštati automatske poruke poput ove, pa neko vrijeme ovdje može biti tiho.

promise-1 = { label }Za ovo se brine osoba iz našeg tima. Odgovor stiže{ by }.{ note-sent }
promise-2 = { label }Sve je u dobrim rukama, netko iz našeg tima će{ you } odgovoriti{ by }.{ note-short }
promise-3 = { label }Netko od nas već zna za ovo i javit će{ you } se{ by }.{ note }
promise-4 = { label }Ovime se već bavimo. Odgovor šaljemo{ by }.{ note-sent }

remind-1 = { label }Za nastavak nam treba { your }. Dovoljno je javiti se ovdje kad odgovara.{ note-short }
remind-2 = { label }Da krenemo dalje, nedostaje još samo odgovor. Dovoljno je nekoliko riječi ovdje.{ note }
remind-3 = { label }Podsjećamo na našu zadnju poruku. Čim stigne odgovor, nastavljamo.{ note-sent }

closing-1 = { label }Odgovora nema, pa zasad zatvaramo ovaj razgovor. Dovoljno je napisati ovdje i opet se otvara.{ note-short }
closing-2 = { label }Ovdje je neko vrijeme tiho, pa smatramo da je sve riješeno. Ako nije, dovoljna je jedna poruka.{ note }
closing-3 = { label }Zatvaramo ovaj razgovor jer u njemu nema novih poruka. Po potrebi je dovoljno napisati ovdje i nastavljamo.{ note-sent }
