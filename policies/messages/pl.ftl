# Teksty po polsku; zmienne są opisane w en.ftl. Bez rodzaju: ani o kliencie, ani o firmie.

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }dzisiaj do { $promise_time }
        [tomorrow] { " " }jutro do { $promise_time }
        [monday] { " " }w poniedziałek do { $promise_time }
        [tuesday] { " " }we wtorek do { $promise_time }
        [wednesday] { " " }w środę do { $promise_time }
        [thursday] { " " }w czwartek do { $promise_time }
        [friday] { " " }w piątek do { $promise_time }
        [saturday] { " " }w sobotę do { $promise_time }
        [sunday] { " " }w niedzielę do { $promise_time }
       *[later] { " " }{ $promise_date } do { $promise_time }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] , otwieramy dzisiaj o { $back_time }
        [tomorrow] , otwieramy jutro o { $back_time }
        [monday] , otwieramy w poniedziałek o { $back_time }
        [tuesday] , otwieramy we wtorek o { $back_time }
        [wednesday] , otwieramy w środę o { $back_time }
        [thursday] , otwieramy w czwartek o { $back_time }
        [friday] , otwieramy w piątek o { $back_time }
        [saturday] , otwieramy w sobotę o { $back_time }
        [sunday] , otwieramy w niedzielę o { $back_time }
       *[later] , otwieramy { $back_date } o { $back_time }
    }

closed =
    { $open ->
        [yes] { "" }
       *[no] W tej chwili mamy zamknięte{ again }.
    }

hello =
    { $formality ->
        [informal] Cześć
       *[other] Dzień dobry
    }

you =
    { $formality ->
        [informal] { " " }Ci
        [formal] { " " }Państwu
       *[impersonal] { "" }
    }

your =
    { $formality ->
        [informal] Twoją odpowiedź
        [formal] Państwa odpowiedź
       *[impersonal] odpowiedź
    }

## Potwierdzenie prywatnej wiadomości

ack-1 =
    { hello }, { $mood ->
        [upset] dziękujemy za sygnał. Wiadomość do nas dotarła.
        [question] dziękujemy za pytanie. Dotarło do nas.
        [praise] dziękujemy za miłe słowa. Dotarły do nas.
       *[neutral] dziękujemy za wiadomość. Dotarła do nas.
    } { closed } To automatyczne potwierdzenie, ktoś z naszego zespołu odpowie{ you }{ by }.
ack-2 =
    { hello }, { $mood ->
        [upset] wiadomość już u nas jest. To dla nas ważne.
        [question] pytanie już u nas jest, dziękujemy.
        [praise] wiadomość już u nas jest. Dziękujemy, takie słowa wiele dla nas znaczą.
       *[neutral] wiadomość już u nas jest, dziękujemy.
    } { closed } Ktoś z naszego zespołu odpowie{ you }{ by }, a to potwierdzenie jest automatyczne.
ack-3 =
    { hello }, { $mood ->
        [upset] wiadomość dotarła i czeka na odpowiedź.
        [question] pytanie dotarło, dziękujemy za kontakt.
        [praise] wiadomość dotarła, dziękujemy za dobre słowo.
       *[neutral] wiadomość dotarła, dziękujemy za kontakt.
    } { closed } Ta wiadomość jest automatyczna, a odpowiedź od człowieka przyjdzie{ by }.
ack-4 =
    { hello }, { $mood ->
        [upset] mamy tę wiadomość i na pewno nie zaginie.
        [question] mamy to pytanie, dziękujemy.
        [praise] mamy tę wiadomość. Dziękujemy za dobre słowo.
       *[neutral] mamy tę wiadomość, dziękujemy.
    } { closed } Ktoś z nas wszystko przeczyta i odpowie{ you }{ by }, automatyczne jest tylko to potwierdzenie.

## Potwierdzenie publiczne: najwyżej dwa zdania i nic o sprawie

ack-public-1 = Dziękujemy, wpis do nas dotarł i odpowiemy{ by }. W sprawach osobistych prosimy o prywatną wiadomość.
ack-public-2 = Dziękujemy za ten wpis, ktoś z nas odpowie tutaj{ by }. Szczegóły prosimy wysłać nam w prywatnej wiadomości.
ack-public-3 = Wpis już u nas jest, dziękujemy, a odpowiedź przyjdzie{ by }. Dane osobowe prosimy podawać tylko w prywatnej wiadomości.
ack-public-4 = Dziękujemy za te słowa, odpowiedź pojawi się tutaj{ by }. Na szczegóły czekamy w prywatnej wiadomości.

## Jedna prywatna wiadomość obok publicznego potwierdzenia

invite-1 = { hello }, dziękujemy za wpis. Szczegóły prosimy podać tutaj, żeby nie były widoczne publicznie; ktoś z naszego zespołu odpowie{ you }{ by }. To wiadomość automatyczna.
invite-2 = { hello }, publiczny wpis do nas dotarł. Sprawy osobiste prosimy opisać tutaj, a nie publicznie; odpowiedź przyjdzie{ by }. Automatyczna jest tylko ta wiadomość.
invite-3 = { hello }, dziękujemy za publiczną wiadomość. Wszystko, co osobiste, prosimy przesłać tutaj; odpowie człowiek{ by }. To potwierdzenie jest automatyczne.

## Dalsze wiadomości: najwyżej dwa zdania, bo padają też publicznie

time-a =
    { $promise_day ->
        [none] Wolimy nie podawać terminu, niż podać taki, którego nie dotrzymamy.
       *[other] Odpowiedź przyjdzie{ by }.
    }
time-b =
    { $promise_day ->
        [none] Nie wiemy jeszcze, kiedy będzie odpowiedź.
       *[other] Ktoś z naszego zespołu odpowie{ you }{ by }.
    }
time-c =
    { $promise_day ->
        [none] Sprawa zostaje otwarta, dopóki ktoś z nas nie odpowie.
       *[other] Odpowiemy{ you }{ by }.
    }
time-d =
    { $promise_day ->
        [none] Nie zamkniemy tej sprawy bez odpowiedzi.
       *[other] Odpowiedź będzie gotowa{ by }.
    }

update-1 =
    { $seen ->
        [yes] Sprawa jest wciąż otwarta i nasz zespół o niej wie.
       *[no] Sprawa jest u nas nadal otwarta.
    } { time-a }
update-2 =
    { $seen ->
        [yes] Krótka informacja: nasz zespół wie o wiadomości, która czeka na odpowiedź.
       *[no] Krótka informacja: wiadomość czeka na odpowiedź i nie poszła w zapomnienie.
    } { time-b }
update-3 =
    { $seen ->
        [yes] Nasz zespół wie o tej sprawie, odpowiedź wciąż jest po naszej stronie.
       *[no] Odpowiedź na wiadomość wciąż jest po naszej stronie.
    } { time-c }
update-4 =
    { $seen ->
        [yes] Odpowiedzi jeszcze nie ma i nasz zespół o tym wie.
       *[no] Odpowiedzi jeszcze nie ma, ale wiadomość nie zaginęła.
    } { time-d }

missed-1 = Przepraszamy: obiecanej odpowiedzi jeszcze nie ma, a czekanie trwa dłużej, niż było powiedziane. { time-a }
missed-2 = Obiecana odpowiedź się spóźnia, za co przepraszamy. { time-b }

missed-again-1 = To, co było obiecane, jeszcze się nie stało, a sprawa pozostaje u nas otwarta. { time-b }
missed-again-2 = Obiecanej odpowiedzi nadal brakuje. { time-a }
missed-again-3 = Obiecana odpowiedź jeszcze nie przyszła, ale wiadomość nie poszła w zapomnienie. { time-c }
missed-again-4 = Podany termin znów minął bez odpowiedzi. { time-d }

last-legal-1 = Sprawa jest u nas nadal otwarta, a odpowiedź przyjdzie{ by }. Do tego czasu może tu być cicho, bo ta aplikacja wkrótce przestanie przyjmować automatyczne wiadomości.
last-legal-2 = Wiadomość wciąż czeka na odpowiedź, którą napisze człowiek{ by }. Wcześniej może tu być cicho, bo ta aplikacja ogranicza automatyczne wiadomości.
last-legal-3 = Ktoś z nas odpowie{ you }{ by }. Ta aplikacja niedługo nie przepuści już automatycznych wiadomości, więc przez jakiś czas może tu być cicho.

promise-1 = Sprawą zajmuje się osoba z naszego zespołu. Odpowiedź przyjdzie{ by }.
promise-2 = Sprawa jest w dobrych rękach: ktoś z naszego zespołu odpowie{ you }{ by }.
promise-3 = Ktoś z nas zna już tę sprawę i odezwie się{ by }.
promise-4 = Tą sprawą już się zajmujemy. Odpowiedź będzie gotowa{ by }.

remind-1 = Czekamy na { your }, żeby móc działać dalej. Wystarczy napisać tutaj w dogodnej chwili.
remind-2 = Do dalszego działania potrzebujemy jeszcze odpowiedzi. Wystarczy tu kilka słów.
remind-3 = Przypominamy o naszej ostatniej wiadomości. Gdy tylko przyjdzie odpowiedź, działamy dalej.

closing-1 = Nie mamy odpowiedzi, więc na razie zamykamy tę rozmowę. Wystarczy napisać tutaj, a otworzy się ponownie.
closing-2 = Od pewnego czasu jest tu cicho, dlatego uznajemy sprawę za zakończoną. Jeśli jest inaczej, wystarczy jedna wiadomość.
closing-3 = Zamykamy tę rozmowę, bo nie ma w niej nowych wiadomości. W razie potrzeby wystarczy tu napisać i działamy dalej.
