# Teksty po polsku; zmienne są opisane w en.ftl. Bez rodzaju: ani o kliencie, ani o firmie.

at =
    { $promise_hour ->
        [23] { $promise_minutes ->
                [59] północy
               *[other] { $promise_time }
            }
       *[other] { $promise_time }
    }

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }dzisiaj do { at }
        [tomorrow] { " " }jutro do { at }
        [monday] { " " }w poniedziałek do { at }
        [tuesday] { " " }we wtorek do { at }
        [wednesday] { " " }w środę do { at }
        [thursday] { " " }w czwartek do { at }
        [friday] { " " }w piątek do { at }
        [saturday] { " " }w sobotę do { at }
        [sunday] { " " }w niedzielę do { at }
       *[later] { " " }{ $promise_date } do { at }
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

## Że to automat: etykieta publicznie, gdzie mieszczą się dwa zdania; zdanie w wiadomości prywatnej

label =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] Odpowiedź automatyczna:{ " " }
           *[private] { "" }
        }
    }

note =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] { "" }
           *[private] { " " }To wiadomość automatyczna.
        }
    }

note-sent =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] { "" }
           *[private] { " " }Ta wiadomość została wysłana automatycznie.
        }
    }

note-short =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] { "" }
           *[private] { " " }Ta wiadomość jest automatyczna.
        }
    }

## Potwierdzenie prywatnej wiadomości

ack-1 =
    { hello }, { $mood ->
        [upset] dziękujemy za sygnał. Wiadomość do nas dotarła.
        [question] dziękujemy za zapytanie. Dotarło do nas.
        [praise] dziękujemy za miłe słowa. Dotarły do nas.
       *[neutral] dziękujemy za wiadomość. Dotarła do nas.
    } { closed } { $disclose ->
        [no] Ktoś
       *[yes] To automatyczne potwierdzenie, ktoś
    } z naszego zespołu odpowie{ you }{ by }.
ack-2 =
    { hello }, { $mood ->
        [upset] wiadomość już u nas jest i przeczytamy ją w całości.
        [question] zapytanie już u nas jest, dziękujemy.
        [praise] wiadomość już u nas jest. Dziękujemy, takie słowa wiele dla nas znaczą.
       *[neutral] wiadomość już u nas jest, dziękujemy.
    } { closed } Ktoś z naszego zespołu odezwie się{ by }{ $disclose ->
        [no] .
       *[yes] , a to potwierdzenie jest automatyczne.
    }
ack-3 =
    { hello }, { $mood ->
        [upset] wiadomość dotarła i czeka na odpowiedź.
        [question] zapytanie dotarło, dziękujemy za kontakt.
        [praise] wiadomość dotarła, dziękujemy za dobre słowo.
       *[neutral] wiadomość dotarła, dziękujemy za kontakt.
    } { closed } { $disclose ->
        [no] Odpowiedź
       *[yes] Ta wiadomość jest automatyczna, a odpowiedź
    } naszego zespołu przyjdzie{ by }.
ack-4 =
    { hello }, { $mood ->
        [upset] wiadomość trafiła do nas i na pewno nie zaginie.
        [question] zapytanie trafiło do nas, dziękujemy.
        [praise] wiadomość trafiła do nas. Dziękujemy za dobre słowo.
       *[neutral] wiadomość trafiła do nas, dziękujemy.
    } { closed } Ktoś z nas wszystko przeczyta i odpowie{ you }{ by }{ $disclose ->
        [no] .
       *[yes] , automatyczne jest tylko to potwierdzenie.
    }

## To samo, gdy klient wraca do sprawy, która była zamknięta

reopened-1 =
    { hello }, { $mood ->
        [upset] dziękujemy za sygnał.
        [question] dziękujemy za kolejne zapytanie.
        [praise] dziękujemy za miłe słowa.
       *[neutral] dziękujemy za kolejną wiadomość.
    } Sprawa jest u nas znowu otwarta. { closed } { $disclose ->
        [no] Ktoś
       *[yes] To automatyczne potwierdzenie, ktoś
    } z naszego zespołu odpowie{ you }{ by }.
reopened-2 =
    { hello }, nowa wiadomość do nas dotarła. Otwieramy tę sprawę ponownie. { closed } Ktoś z naszego zespołu odezwie się{ by }{ $disclose ->
        [no] .
       *[yes] , a to potwierdzenie jest automatyczne.
    }
reopened-3 =
    { hello }, ta rozmowa jest znowu otwarta, a nowa wiadomość czeka na odpowiedź. { closed } { $disclose ->
        [no] Odpowiedź
       *[yes] Ta wiadomość jest automatyczna, a odpowiedź
    } naszego zespołu przyjdzie{ by }.
reopened-4 =
    { hello }, mamy nową wiadomość, więc sprawa nie jest już zamknięta. { closed } Ktoś z nas wszystko przeczyta i odpowie{ you }{ by }{ $disclose ->
        [no] .
       *[yes] , automatyczne jest tylko to potwierdzenie.
    }

## Potwierdzenie publiczne: najwyżej dwa zdania i nic o sprawie

ack-public-1 = { label }Dziękujemy, komentarz do nas dotarł i odpowiemy{ by }. W sprawach osobistych prosimy o prywatną wiadomość.
ack-public-2 = { label }Dziękujemy za komentarz, ktoś z nas odpowie{ by }. Szczegóły prosimy wysłać nam w prywatnej wiadomości.
ack-public-3 = { label }Komentarz trafił do nas, dziękujemy, a odpowiedź przyjdzie{ by }. Dane osobowe prosimy podawać tylko w prywatnej wiadomości.
ack-public-4 = { label }Dziękujemy za kontakt, odezwiemy się{ by }. Na szczegóły czekamy w prywatnej wiadomości.

## Jedna prywatna wiadomość obok publicznego potwierdzenia

invite-1 = { hello }, dziękujemy za komentarz. Szczegóły prosimy podać tutaj, żeby nie były widoczne publicznie; ktoś z naszego zespołu odpowie{ you }{ by }.{ note }
invite-2 = { hello }, publiczny komentarz do nas dotarł. Sprawy osobiste prosimy opisać tutaj, a nie publicznie; odpowiedź przyjdzie{ by }.{ note-sent }
invite-3 = { hello }, dziękujemy za publiczną wiadomość. Wszystko, co osobiste, prosimy przesłać tutaj; ktoś z naszego zespołu odpowie{ you }{ by }.{ note-short }

## Dalsze wiadomości: najwyżej dwa zdania, bo padają też publicznie

time-a =
    { $promise_day ->
        [none] Nie podajemy terminu, żeby nie obiecać czegoś na wyrost.
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
    { label }{ $seen ->
        [yes] Sprawa jest wciąż otwarta i nasz zespół o niej wie.
       *[no] Sprawa jest u nas nadal otwarta.
    } { time-a }{ note }
update-2 =
    { label }{ $seen ->
        [yes] Nasz zespół zna już tę wiadomość, która czeka na odpowiedź.
       *[no] Wiadomość czeka na odpowiedź i nie przepadnie.
    } { time-b }{ note-sent }
update-3 =
    { label }{ $seen ->
        [yes] Nasz zespół wie o tej sprawie, odpowiedź wciąż jest po naszej stronie.
       *[no] Odpowiedź na wiadomość wciąż jest po naszej stronie.
    } { time-c }{ note-short }
update-4 =
    { label }{ $seen ->
        [yes] Odpowiedzi jeszcze nie ma i nasz zespół o tym wie.
       *[no] Odpowiedzi jeszcze nie ma, ale wiadomość nie zaginęła.
    } { time-d }{ note }

missed-1 = { label }Przepraszamy, że obiecanej odpowiedzi jeszcze nie ma i że czekanie trwa dłużej niż w naszej zapowiedzi. { time-a }{ note-sent }
missed-2 = { label }Obiecana odpowiedź się spóźnia, za co przepraszamy. { time-b }{ note-short }

missed-again-1 = { label }Obietnica odpowiedzi wciąż nie jest spełniona, a sprawa pozostaje u nas otwarta. { time-b }{ note }
missed-again-2 = { label }Obiecanej odpowiedzi nadal brakuje. { time-a }{ note-sent }
missed-again-3 = { label }Obiecana odpowiedź jeszcze nie przyszła, ale wiadomość nie przepadła. { time-c }{ note-short }
missed-again-4 = { label }Podany termin znów minął, a odpowiedzi jeszcze nie ma. { time-d }{ note }

last-legal-1 = { label }Sprawa jest u nas nadal otwarta, a odpowiedź przyjdzie{ by }. Do tego czasu może tu być cicho, bo ta aplikacja wkrótce przestanie przyjmować automatyczne wiadomości takie jak ta.
last-legal-2 = { label }Wiadomość wciąż czeka na odpowiedź, którą napisze ktoś z nas{ by }. Wcześniej może tu być cicho, bo ta aplikacja ogranicza automatyczne wiadomości takie jak ta.
last-legal-3 = { label }Ktoś z nas odpowie{ you }{ by }. Ta aplikacja niedługo nie przepuści już automatycznych wiadomości takich jak ta, więc przez jakiś czas może tu być cicho.

promise-1 = { label }Sprawą zajmuje się osoba z naszego zespołu. Odpowiedź przyjdzie{ by }.{ note-sent }
promise-2 = { label }Sprawa jest w dobrych rękach, ktoś z naszego zespołu odpowie{ you }{ by }.{ note-short }
promise-3 = { label }Ktoś z nas zna już tę sprawę i odezwie się{ by }.{ note }
promise-4 = { label }Tą sprawą już się zajmujemy. Odpowiedź będzie gotowa{ by }.{ note-sent }

remind-1 = { label }Czekamy na { your }, żeby móc działać dalej. Wystarczy napisać tutaj w dogodnej chwili.{ note-short }
remind-2 = { label }Do dalszego działania potrzebujemy jeszcze odpowiedzi. Wystarczy tu kilka słów.{ note }
remind-3 = { label }Przypominamy o naszej ostatniej wiadomości. Gdy tylko przyjdzie odpowiedź, działamy dalej.{ note-sent }

closing-1 = { label }Nie mamy odpowiedzi, więc na razie zamykamy tę rozmowę. Wystarczy napisać tutaj, a otworzy się ponownie.{ note-short }
closing-2 = { label }Od pewnego czasu jest tu cicho, dlatego uznajemy sprawę za zakończoną. Jeśli jest inaczej, wystarczy jedna wiadomość.{ note }
closing-3 = { label }Zamykamy tę rozmowę, bo nie ma w niej nowych wiadomości. W razie potrzeby wystarczy tu napisać i działamy dalej.{ note-sent }
