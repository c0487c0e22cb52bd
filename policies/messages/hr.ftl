# Tekstovi na hrvatskom. Varijable su opisane u en.ftl. Bez roda: ni o kupcu, ni o tvrtki.

by =
    { $promise_day ->
        [today] danas do { $promise_time }
        [tomorrow] sutra do { $promise_time }
        [monday] u ponedjeljak do { $promise_time }
        [tuesday] u utorak do { $promise_time }
        [wednesday] u srijedu do { $promise_time }
        [thursday] u četvrtak do { $promise_time }
        [friday] u petak do { $promise_time }
        [saturday] u subotu do { $promise_time }
        [sunday] u nedjelju do { $promise_time }
       *[later] { $promise_date } do { $promise_time }
    }

back-when =
    { $back_day ->
        [today] danas u { $back_time }
        [tomorrow] sutra u { $back_time }
        [monday] u ponedjeljak u { $back_time }
        [tuesday] u utorak u { $back_time }
        [wednesday] u srijedu u { $back_time }
        [thursday] u četvrtak u { $back_time }
        [friday] u petak u { $back_time }
        [saturday] u subotu u { $back_time }
        [sunday] u nedjelju u { $back_time }
       *[later] { $back_date } u { $back_time }
    }

back =
    { $open ->
        [yes] { "" }
       *[no] Trenutačno ne radimo, opet smo tu { back-when }.
    }

hello =
    { $formality ->
        [informal] Bok
       *[formal] Dobar dan
    }

you =
    { $formality ->
        [informal] ti
        [impersonal] { "" }
       *[formal] Vam
    }

person =
    { $promise_day ->
        [none] Ovo je automatska potvrda, a netko iz našeg tima će { you } odgovoriti.
       *[other] Ovo je automatska potvrda, a netko iz našeg tima će { you } odgovoriti { by }.
    }

next-time =
    { $promise_day ->
        [none] Radije ne navodimo novi rok nego da navedemo rok koji se možda neće održati.
       *[other] Odgovor stiže { by }.
    }

## Potvrda privatne poruke

ack-1 =
    { hello }, { $mood ->
        [upset] hvala na dojavi. Poruka je stigla do nas.
        [question] hvala na pitanju. Stiglo je do nas.
        [praise] hvala na lijepim riječima. Poruka je stigla do nas.
       *[neutral] hvala na poruci. Stigla je do nas.
    } { back } { person }
ack-2 =
    { hello }, { $mood ->
        [upset] poruka je kod nas. Hvala na opisu slučaja.
        [question] pitanje je kod nas, hvala.
        [praise] poruka je kod nas. Hvala, takve riječi puno znače.
       *[neutral] poruka je kod nas, hvala na javljanju.
    } { back } { person }
ack-3 =
    { hello }, { $mood ->
        [upset] potvrđujemo primitak poruke i zahvaljujemo na opisu slučaja.
        [question] potvrđujemo primitak pitanja i zahvaljujemo na javljanju.
        [praise] potvrđujemo primitak poruke i zahvaljujemo na lijepim riječima.
       *[neutral] potvrđujemo primitak poruke i zahvaljujemo na javljanju.
    } { back } { person }

## Javna potvrda: najviše dvije rečenice i ništa o slučaju

ack-public-1 = Hvala, komentar je stigao do nas. Za osobne podatke molimo privatnu poruku.
ack-public-2 = Hvala na komentaru, kod nas je. Pojedinosti molimo poslati u privatnoj poruci.
ack-public-3 = Potvrđujemo primitak komentara i zahvaljujemo. Za pojedinosti čekamo privatnu poruku.

## Kasnije poruke

update-1 =
    { $seen ->
        [yes] Naš tim je vidio poruku i slučaj je otvoren.
       *[no] Slučaj je kod nas i dalje otvoren.
    } { next-time }
update-2 =
    { $seen ->
        [yes] Kratka obavijest: naš tim zna za slučaj i nije zatvoren.
       *[no] Kratka obavijest: poruka čeka odgovor i nije zaboravljena.
    } { next-time }
update-3 =
    { $seen ->
        [yes] Slučaj je još otvoren i naš tim zna za njega.
       *[no] Odgovor je i dalje na nama.
    } { next-time }

missed-1 = Ispričavamo se: obećanog odgovora još nema, a čekanje traje dulje nego što je rečeno. { next-time }
missed-again-1 = Ono što je obećano još se nije dogodilo. Slučaj ostaje otvoren kod nas. { next-time }
missed-again-2 = Obećani odgovor još nedostaje, a slučaj je i dalje otvoren. { next-time }
missed-again-3 = Obećani odgovor još nije stigao. Slučaj nije zaboravljen. { next-time }

last-legal-1 =
    Slučaj je kod nas i dalje otvoren. Ova aplikacija uskoro više ne prima automatske poruke, pa ovdje može biti tiho dok netko od nas ne odgovori{ $promise_day ->
        [none] .
       *[other] { " " }({ by }).
    }

promise-1 = Za slučaj se brine osoba iz našeg tima. Odgovor stiže { by }.
promise-2 = Slučaj je u dobrim rukama: netko iz našeg tima će { you } odgovoriti { by }.

remind-1 = Čekamo odgovor kako bismo mogli nastaviti. Dovoljno je napisati ovdje kad bude zgodno.
closing-1 = Odgovora nema, pa zasad zatvaramo ovaj razgovor. Dovoljno je napisati ovdje i opet se otvara.
