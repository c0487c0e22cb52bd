# Teksty po polsku. Zmienne są opisane w en.ftl. Formy bez rodzaju: ani o kliencie, ani o firmie.

by =
    { $promise_day ->
        [today] dzisiaj do { $promise_time }
        [tomorrow] jutro do { $promise_time }
        [monday] w poniedziałek do { $promise_time }
        [tuesday] we wtorek do { $promise_time }
        [wednesday] w środę do { $promise_time }
        [thursday] w czwartek do { $promise_time }
        [friday] w piątek do { $promise_time }
        [saturday] w sobotę do { $promise_time }
        [sunday] w niedzielę do { $promise_time }
       *[later] { $promise_date } do { $promise_time }
    }

back-when =
    { $back_day ->
        [today] dzisiaj o { $back_time }
        [tomorrow] jutro o { $back_time }
        [monday] w poniedziałek o { $back_time }
        [tuesday] we wtorek o { $back_time }
        [wednesday] w środę o { $back_time }
        [thursday] w czwartek o { $back_time }
        [friday] w piątek o { $back_time }
        [saturday] w sobotę o { $back_time }
        [sunday] w niedzielę o { $back_time }
       *[later] { $back_date } o { $back_time }
    }

back =
    { $open ->
        [yes] { "" }
       *[no] Teraz mamy zamknięte, wracamy { back-when }.
    }

hello =
    { $formality ->
        [informal] Cześć
       *[formal] Dzień dobry
    }

you =
    { $formality ->
        [informal] Ci
        [impersonal] { "" }
       *[formal] Państwu
    }

person =
    { $promise_day ->
        [none] To automatyczne potwierdzenie, ktoś z naszego zespołu { you } odpowie.
       *[other] To automatyczne potwierdzenie, ktoś z naszego zespołu odpowie { you } { by }.
    }

next-time =
    { $promise_day ->
        [none] Wolimy nie podawać kolejnego terminu, niż podać taki, którego nie da się dotrzymać.
       *[other] Odpowiedź nadejdzie { by }.
    }

## Potwierdzenie prywatnej wiadomości

ack-1 =
    { hello }, { $mood ->
        [upset] dziękujemy za zgłoszenie tej sprawy. Wiadomość do nas dotarła.
        [question] dziękujemy za pytanie. Dotarło do nas.
        [praise] dziękujemy za miłe słowa. Wiadomość do nas dotarła.
       *[neutral] dziękujemy za wiadomość. Dotarła do nas.
    } { back } { person }
ack-2 =
    { hello }, { $mood ->
        [upset] wiadomość już u nas jest. Dziękujemy, że możemy się o tym dowiedzieć.
        [question] pytanie już u nas jest, dziękujemy.
        [praise] wiadomość już u nas jest. Dziękujemy, to dla nas ważne słowa.
       *[neutral] wiadomość już u nas jest, dziękujemy za kontakt.
    } { back } { person }
ack-3 =
    { hello }, { $mood ->
        [upset] potwierdzamy odbiór wiadomości i dziękujemy za opisanie sprawy.
        [question] potwierdzamy odbiór pytania i dziękujemy za kontakt.
        [praise] potwierdzamy odbiór wiadomości i dziękujemy za dobre słowo.
       *[neutral] potwierdzamy odbiór wiadomości i dziękujemy za kontakt.
    } { back } { person }

## Potwierdzenie publiczne: najwyżej dwa zdania i nic o sprawie

ack-public-1 = Dziękujemy, komentarz do nas dotarł. W sprawach osobistych prosimy o prywatną wiadomość.
ack-public-2 = Dziękujemy za komentarz, już u nas jest. Szczegóły prosimy przesłać w prywatnej wiadomości.
ack-public-3 = Potwierdzamy odbiór komentarza i dziękujemy. Na szczegóły czekamy w prywatnej wiadomości.

## Dalsze wiadomości

update-1 =
    { $seen ->
        [yes] Nasz zespół widział wiadomość, sprawa jest otwarta.
       *[no] Sprawa jest u nas nadal otwarta.
    } { next-time }
update-2 =
    { $seen ->
        [yes] Krótka informacja: nasz zespół zna sprawę, nie jest zamknięta.
       *[no] Krótka informacja: wiadomość czeka na odpowiedź i nie poszła w zapomnienie.
    } { next-time }
update-3 =
    { $seen ->
        [yes] Sprawa jest wciąż otwarta i nasz zespół o niej wie.
       *[no] Odpowiedź wciąż jest po naszej stronie.
    } { next-time }

missed-1 = Przepraszamy: obiecanej odpowiedzi jeszcze nie ma, a czas oczekiwania jest dłuższy, niż miał być. { next-time }
missed-again-1 = To, co było obiecane, jeszcze się nie stało. Sprawa pozostaje u nas otwarta. { next-time }
missed-again-2 = Obiecanej odpowiedzi nadal brakuje, a sprawa jest wciąż otwarta. { next-time }
missed-again-3 = Obiecana odpowiedź jeszcze nie nadeszła. Pamiętamy o tej sprawie. { next-time }

last-legal-1 =
    Sprawa jest u nas nadal otwarta. Ta aplikacja wkrótce przestanie przyjmować automatyczne wiadomości, więc może być tu cicho, dopóki ktoś z nas nie odpowie{ $promise_day ->
        [none] .
       *[other] { " " }({ by }).
    }

promise-1 = Sprawą zajmuje się osoba z naszego zespołu. Odpowiedź nadejdzie { by }.
promise-2 = Sprawa jest w dobrych rękach: ktoś z naszego zespołu odpowie { you } { by }.

remind-1 = Czekamy na odpowiedź, żeby móc działać dalej. Wystarczy napisać tutaj w dogodnej chwili.
closing-1 = Nie mamy odpowiedzi, więc na razie zamykamy tę rozmowę. Wystarczy napisać tutaj, a otworzy się ponownie.
