# Texte auf Deutsch; die Variablen sind in en.ftl erklärt.
# Keine Form verrät ein Geschlecht, weder das der Kundschaft noch das des Betriebs.

## Zeiten

clock =
    { $promise_minutes ->
        [00] { $promise_hour } Uhr
        [59] { $promise_hour ->
            [23] 24 Uhr
           *[other] { $promise_hour }:59 Uhr
        }
       *[other] { $promise_hour }:{ $promise_minutes } Uhr
    }

opening =
    { $back_minutes ->
        [00] { $back_hour } Uhr
       *[other] { $back_hour }:{ $back_minutes } Uhr
    }

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }heute bis { clock }
        [tomorrow] { " " }morgen bis { clock }
        [monday] { " " }bis Montag, { clock }
        [tuesday] { " " }bis Dienstag, { clock }
        [wednesday] { " " }bis Mittwoch, { clock }
        [thursday] { " " }bis Donnerstag, { clock }
        [friday] { " " }bis Freitag, { clock }
        [saturday] { " " }bis Samstag, { clock }
        [sunday] { " " }bis Sonntag, { clock }
       *[later] { " " }bis { $promise_date }, { clock }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] { " " }und öffnen heute um { opening } wieder
        [tomorrow] { " " }und öffnen morgen um { opening } wieder
        [monday] { " " }und öffnen am Montag um { opening } wieder
        [tuesday] { " " }und öffnen am Dienstag um { opening } wieder
        [wednesday] { " " }und öffnen am Mittwoch um { opening } wieder
        [thursday] { " " }und öffnen am Donnerstag um { opening } wieder
        [friday] { " " }und öffnen am Freitag um { opening } wieder
        [saturday] { " " }und öffnen am Samstag um { opening } wieder
        [sunday] { " " }und öffnen am Sonntag um { opening } wieder
       *[later] { " " }und öffnen am { $back_date } um { opening } wieder
    }

## Geschlossen; öffentlich sagen wir davon nichts

closed-a =
    { $open ->
        [yes] { "" }
       *[no] Im Moment haben wir geschlossen{ again }.
    }

closed-b =
    { $open ->
        [yes] { "" }
       *[no] Wir haben derzeit geschlossen{ again }.
    }

## Der Hinweis, dass es automatisch ist: öffentlich vorn, privat als eigener Satz

label-a =
    { $place ->
        [public] { $disclose ->
            [yes] Automatische Antwort:{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

label-b =
    { $place ->
        [public] { $disclose ->
            [yes] Automatische Nachricht:{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

label-c =
    { $place ->
        [public] { $disclose ->
            [yes] Automatischer Hinweis:{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

note-a =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Diese Nachricht kommt automatisch.
           *[no] { "" }
        }
    }

note-b =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Diese Zeilen verschickt unser System automatisch.
           *[no] { "" }
        }
    }

note-c =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Dies ist eine automatische Nachricht.
           *[no] { "" }
        }
    }

note-d =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Was hier steht, ist eine automatische Mitteilung.
           *[no] { "" }
        }
    }

## Anrede

hello =
    { $formality ->
        [informal] Hallo
       *[other] Guten Tag
    }

you =
    { $formality ->
        [formal] { " " }Ihnen
        [informal] { " " }dir
       *[impersonal] { "" }
    }

with-you =
    { $formality ->
        [formal] { " " }bei Ihnen
        [informal] { " " }bei dir
       *[impersonal] { "" }
    }

from-you =
    { $formality ->
        [formal] { " " }von Ihnen
        [informal] { " " }von dir
       *[impersonal] { "" }
    }

message =
    { $formality ->
        [formal] Ihre Nachricht
        [informal] deine Nachricht
       *[impersonal] die Nachricht
    }

message-first =
    { $formality ->
        [formal] Ihre Nachricht
        [informal] Deine Nachricht
       *[impersonal] Die Nachricht
    }

question =
    { $formality ->
        [formal] Ihre Anfrage
        [informal] deine Anfrage
       *[impersonal] die Anfrage
    }

question-first =
    { $formality ->
        [formal] Ihre Anfrage
        [informal] Deine Anfrage
       *[impersonal] Die Anfrage
    }

matter =
    { $formality ->
        [formal] Ihr Anliegen
        [informal] dein Anliegen
       *[impersonal] das Anliegen
    }

matter-first =
    { $formality ->
        [formal] Ihr Anliegen
        [informal] Dein Anliegen
       *[impersonal] Das Anliegen
    }

post =
    { $formality ->
        [formal] Ihren Kommentar
        [informal] deinen Kommentar
       *[impersonal] den Kommentar
    }

follows =
    { $formality ->
        [formal] Sie bekommen
        [informal] Du bekommst
       *[impersonal] Es folgt
    }

thanks-for-telling =
    { $formality ->
        [formal] Danke, dass Sie uns das schreiben, es
        [informal] Danke, dass du uns das schreibst, es
       *[impersonal] Danke für diese Rückmeldung, sie
    }

## Die Bestätigung einer privaten Nachricht

ack-1 =
    { $mood ->
        [upset] { thanks-for-telling } ist bei uns angekommen.
        [question] Danke für { question }, sie ist bei uns angekommen.
        [praise] Danke für die freundlichen Worte, sie sind bei uns angekommen.
       *[neutral] Danke für { message }, sie ist bei uns angekommen.
    } { closed-a } Jemand aus unserem Team antwortet{ you }{ by }. { note-a }
ack-2 =
    { hello }, { $mood ->
        [upset] wir haben { message } erhalten und lesen sie vollständig.
        [question] wir haben { question } erhalten, vielen Dank.
        [praise] wir haben { message } erhalten, vielen Dank. Solche Worte tun gut.
       *[neutral] wir haben { message } erhalten, vielen Dank.
    } { closed-b } { follows }{ by } eine persönliche Antwort{ $disclose ->
        [yes] , nur diese Bestätigung ist automatisch
       *[no] { "" }
    }.
ack-3 =
    { $mood ->
        [upset] { message-first } ist da, danke für die offene Rückmeldung.
        [question] { question-first } ist da, danke dafür.
        [praise] { message-first } ist da, danke für das schöne Lob.
       *[neutral] { message-first } ist da, danke dafür.
    } { closed-a } Jemand aus unserem Team liest alles und meldet sich{ by }{ with-you }. { note-b }
ack-4 =
    { $mood ->
        [upset] { message-first } liegt bei uns und geht nicht verloren.
        [question] { question-first } liegt jetzt bei uns, danke.
        [praise] { message-first } liegt jetzt bei uns. Danke für die netten Worte.
       *[neutral] { message-first } liegt jetzt bei uns, danke.
    } { closed-b } { $disclose ->
        [yes] Das hier ist die automatische Bestätigung, eine
       *[no] Eine
    } persönliche Antwort folgt{ by }.

## Die Bestätigung in der Öffentlichkeit: höchstens zwei Sätze und nichts zur Sache

ack-public-1 =
    { label-a }Danke, das ist bei uns angekommen, und eine Antwort folgt{ by }. { $formality ->
        [formal] Persönliches schreiben Sie uns bitte in einer privaten Nachricht.
        [informal] Persönliches schreib uns bitte in einer privaten Nachricht.
       *[impersonal] Persönliches bitte nur in einer privaten Nachricht.
    }
ack-public-2 =
    { label-b }Danke für { post }, jemand aus unserem Team antwortet{ by }. { $formality ->
        [formal] Einzelheiten schicken Sie uns am besten privat.
        [informal] Einzelheiten schickst du uns am besten privat.
       *[impersonal] Einzelheiten gehören am besten in eine private Nachricht.
    }
ack-public-3 =
    { label-a }Das haben wir erhalten, danke, und wir melden uns{ by }. { $formality ->
        [formal] Bitte schreiben Sie persönliche Angaben nur in einer privaten Nachricht.
        [informal] Bitte schreib persönliche Angaben nur in einer privaten Nachricht.
       *[impersonal] Persönliche Angaben bitte nur privat schicken.
    }
ack-public-4 = { label-b }Vielen Dank fürs Schreiben, eine Antwort folgt{ by }. Alles Persönliche lässt sich besser privat klären.

## Die eine private Nachricht neben der öffentlichen Bestätigung

invite-1 =
    Danke für { post }. Damit nichts Persönliches öffentlich steht, { $formality ->
        [formal] schreiben Sie uns bitte hier weiter
        [informal] schreib uns bitte hier weiter
       *[impersonal] geht es am besten hier weiter
    }; jemand aus unserem Team antwortet{ you }{ by }. { note-a }
invite-2 =
    { hello }, wir haben { post } erhalten. Persönliches ist hier besser aufgehoben als in der Öffentlichkeit, und eine Antwort folgt{ by }. { note-b }
invite-3 =
    { $formality ->
        [formal] Sie haben uns öffentlich geschrieben, danke dafür. Alles Persönliche schicken Sie uns bitte hierher
        [informal] Du hast uns öffentlich geschrieben, danke dafür. Alles Persönliche schick uns bitte hierher
       *[impersonal] Danke für die öffentliche Nachricht. Alles Persönliche bitte hierher schicken
    }; wir melden uns{ by }{ with-you }. { note-c }

## Die erste Bestätigung, nachdem eine abgeschlossene Sache wieder geöffnet wurde

reopened-1 =
    { $mood ->
        [upset] { $formality ->
            [formal] Danke, dass Sie sich noch einmal melden
            [informal] Danke, dass du dich noch einmal meldest
           *[impersonal] Danke für die erneute Nachricht
        }
        [question] Danke für { question }
        [praise] Danke für die freundlichen Worte
       *[neutral] Danke für { message }
    }, wir haben { matter } wieder geöffnet. { closed-a } Jemand aus unserem Team antwortet{ you }{ by }. { note-a }
reopened-2 =
    { $mood ->
        [upset] { message-first } ist angekommen, und { matter } ist
        [question] { question-first } ist angekommen, und { matter } ist
        [praise] Danke für die netten Worte, { matter } ist
       *[neutral] Danke, { message } ist angekommen, und { matter } ist
    } wieder offen. { closed-b } { follows }{ by } eine persönliche Antwort. { note-b }
reopened-3 =
    Wir haben { matter } noch einmal geöffnet, danke für { $mood ->
        [upset] die offene Rückmeldung
        [question] die Anfrage
        [praise] das Lob
       *[neutral] die Nachricht
    }. { closed-a } Wir melden uns{ by }{ with-you }. { note-c }

## Spätere Nachrichten: öffentlich höchstens zwei Sätze

time-a =
    { $promise_day ->
        [none] Wir nennen keine Zeit, um nicht zu viel zu versprechen.
       *[other] { follows }{ by } eine Antwort.
    }
time-b =
    { $promise_day ->
        [none] Wann die Antwort kommt, können wir noch nicht sagen.
       *[other] Jemand aus unserem Team antwortet{ you }{ by }.
    }
time-c =
    { $promise_day ->
        [none] Die Sache bleibt offen, bis jemand aus unserem Team geantwortet hat.
       *[other] Die Antwort kommt{ by }.
    }
time-d =
    { $promise_day ->
        [none] Ohne Antwort schließen wir nichts ab.
       *[other] Wir melden uns{ by }{ with-you }.
    }

update-1 =
    { label-b }{ $seen ->
        [yes] { message-first } ist bei uns noch offen, und unser Team weiß davon.
       *[no] { message-first } ist bei uns noch offen.
    } { time-a } { note-a }
update-2 =
    { label-c }{ $seen ->
        [yes] Unser Team kennt { message }, nur die Antwort steht noch aus.
       *[no] { message-first } wartet noch auf eine Antwort und ist nicht vergessen.
    } { time-b } { note-b }
update-3 =
    { label-b }{ $seen ->
        [yes] Unser Team weiß Bescheid, und wir schulden{ you } noch eine Antwort.
       *[no] Wir schulden{ you } noch eine Antwort.
    } { time-c } { note-c }
update-4 =
    { label-c }{ $seen ->
        [yes] Auf { message } gibt es noch keine Antwort, und unser Team weiß das.
       *[no] Noch gibt es keine Antwort, aber { message } ist nicht verloren gegangen.
    } { time-d } { note-d }

missed-1 =
    { label-b }Es tut uns leid, die versprochene Antwort ist noch nicht da, und { $formality ->
        [formal] Sie warten
        [informal] du wartest
       *[impersonal] das Warten dauert
    } länger als angekündigt. { time-a } { note-a }
missed-2 = { label-c }Die versprochene Antwort verspätet sich, dafür bitten wir um Entschuldigung. { time-b } { note-b }

missed-again-1 = { label-b }Was wir versprochen haben, ist noch nicht geschehen, und { message } ist weiter offen. { time-b } { note-c }
missed-again-2 = { label-c }Die versprochene Antwort fehlt noch immer. { time-a } { note-d }
missed-again-3 =
    { label-b }{ $formality ->
        [formal] Sie warten noch auf die versprochene Antwort
        [informal] Du wartest noch auf die versprochene Antwort
       *[impersonal] Die versprochene Antwort steht noch aus
    }, aber { message } ist nicht vergessen. { time-c } { note-a }
missed-again-4 = { label-c }Die genannte Zeit ist wieder ohne Antwort verstrichen. { time-d } { note-b }

last-legal-1 = { label-b }{ message-first } ist bei uns noch offen, und jemand aus unserem Team antwortet{ you }{ by }. Bis dahin kommt hier vielleicht nichts Neues, weil diese App solche Zwischenmeldungen nur für kurze Zeit zulässt. { note-a }
last-legal-2 = { label-c }{ message-first } wartet noch auf die Antwort, die jemand aus unserem Team{ by } schreibt. Bis dahin bleibt es hier vielleicht still, denn diese App begrenzt Nachrichten wie diese. { note-b }
last-legal-3 = { label-b }Wir melden uns{ by }{ with-you }. Bald lässt uns diese App keine Zwischenmeldungen mehr schicken, deshalb kann es hier eine Weile still sein. { note-c }

promise-1 = { label-b }Jemand aus unserem Team kümmert sich um { matter }. { follows }{ by } eine Antwort. { note-a }
promise-2 = { label-c }{ matter-first } ist in guten Händen, und jemand aus unserem Team antwortet{ you }{ by }. { note-b }
promise-3 = { label-b }Jemand aus unserem Team kennt { matter } und meldet sich{ by }{ with-you }. { note-c }
promise-4 = { label-c }Jemand aus unserem Team ist an der Sache dran. Die Antwort kommt{ by }. { note-d }

remind-1 =
    { label-b }{ $formality ->
        [formal] Damit es weitergehen kann, brauchen wir noch Ihre Antwort. Schreiben Sie einfach hier, wenn es Ihnen passt.
        [informal] Damit es weitergehen kann, brauchen wir noch deine Antwort. Schreib einfach hier, wenn es dir passt.
       *[impersonal] Damit es weitergehen kann, brauchen wir noch eine Antwort. Einfach hier schreiben, wenn es passt.
    } { note-a }
remind-2 = { label-c }Zum Weitermachen fehlt uns noch eine Antwort{ from-you }. Ein paar Worte hier genügen. { note-b }
remind-3 =
    { label-b }Wir erinnern an unsere letzte Nachricht. { $formality ->
        [formal] Sobald Sie hier antworten, machen wir weiter.
        [informal] Sobald du hier antwortest, machen wir weiter.
       *[impersonal] Sobald hier eine Antwort kommt, machen wir weiter.
    } { note-c }

closing-1 = { label-b }Wir haben nichts mehr{ from-you } gehört und schließen dieses Gespräch vorerst. Eine Nachricht hier genügt, und es ist wieder offen. { note-a }
closing-2 = { label-c }Hier ist es seit einiger Zeit still, deshalb sehen wir die Sache als erledigt an. Falls das nicht stimmt, genügt hier eine Nachricht. { note-b }
closing-3 =
    { label-b }Wir schließen dieses Gespräch, weil nichts Neues mehr gekommen ist. { $formality ->
        [formal] Schreiben Sie hier, wann immer Sie uns brauchen, dann machen wir weiter.
        [informal] Schreib hier, wann immer du uns brauchst, dann machen wir weiter.
       *[impersonal] Eine Nachricht hier, und wir machen weiter.
    } { note-c }
