# Testi in italiano; le variabili sono spiegate in en.ftl.
# Nessuna forma rivela un genere: né quello di chi scrive né quello dell’attività.

## Orari

clock =
    { $promise_minutes ->
        [00] { $promise_hour }
       *[other] { $promise_hour }:{ $promise_minutes }
    }

clock-by =
    { $promise_hour ->
        [1] l’{ clock }
        [23] { $promise_minutes ->
            [59] mezzanotte
           *[other] le { clock }
        }
       *[other] le { clock }
    }

clock-at =
    { $promise_hour ->
        [1] all’{ clock }
        [23] { $promise_minutes ->
            [59] a mezzanotte
           *[other] alle { clock }
        }
       *[other] alle { clock }
    }

opening-hour =
    { $back_minutes ->
        [00] { $back_hour }
       *[other] { $back_hour }:{ $back_minutes }
    }

opening =
    { $back_hour ->
        [1] all’{ opening-hour }
       *[other] alle { opening-hour }
    }

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }oggi
        [tomorrow] { " " }domani
        [monday] { " " }entro lunedì
        [tuesday] { " " }entro martedì
        [wednesday] { " " }entro mercoledì
        [thursday] { " " }entro giovedì
        [friday] { " " }entro venerdì
        [saturday] { " " }entro sabato
        [sunday] { " " }entro domenica
       *[later] { " " }entro il giorno { $promise_date }
    }{ $promise_day ->
        [none] { "" }
        [today] { " " }entro { clock-by }
        [tomorrow] { " " }entro { clock-by }
       *[other] { " " }{ clock-at }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] { " " }e riapriamo oggi { opening }
        [tomorrow] { " " }e riapriamo domani { opening }
        [monday] { " " }e riapriamo lunedì { opening }
        [tuesday] { " " }e riapriamo martedì { opening }
        [wednesday] { " " }e riapriamo mercoledì { opening }
        [thursday] { " " }e riapriamo giovedì { opening }
        [friday] { " " }e riapriamo venerdì { opening }
        [saturday] { " " }e riapriamo sabato { opening }
        [sunday] { " " }e riapriamo domenica { opening }
       *[later] { " " }e riapriamo il giorno { $back_date } { opening }
    }

## Quando è chiuso; in pubblico non lo diciamo

closed-a =
    { $open ->
        [yes] { "" }
       *[no] In questo momento siamo fuori orario{ again }.
    }

closed-b =
    { $open ->
        [yes] { "" }
       *[no] La nostra attività è chiusa in questo momento{ again }.
    }

## L’avviso che è automatico: davanti in pubblico, in una frase a sé in privato

label-a =
    { $place ->
        [public] { $disclose ->
            [yes] Risposta automatica –{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

label-b =
    { $place ->
        [public] { $disclose ->
            [yes] Messaggio automatico –{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

label-c =
    { $place ->
        [public] { $disclose ->
            [yes] Avviso automatico –{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

note-a =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Questo messaggio è automatico.
           *[no] { "" }
        }
    }

note-b =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Queste righe partono in automatico.
           *[no] { "" }
        }
    }

note-c =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Questo è un avviso automatico.
           *[no] { "" }
        }
    }

note-d =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Queste parole le invia automaticamente il nostro sistema.
           *[no] { "" }
        }
    }

## Lei, tu, o nessuno dei due

hello =
    { $formality ->
        [informal] Ciao
       *[other] Salve
    }

you =
    { $formality ->
        [formal] { " " }Le
        [informal] { " " }ti
       *[impersonal] { "" }
    }

message =
    { $formality ->
        [formal] il Suo messaggio
        [informal] il tuo messaggio
       *[impersonal] il messaggio
    }

message-first =
    { $formality ->
        [formal] Il Suo messaggio
        [informal] Il tuo messaggio
       *[impersonal] Il messaggio
    }

to-message =
    { $formality ->
        [formal] al Suo messaggio
        [informal] al tuo messaggio
       *[impersonal] al messaggio
    }

matter =
    { $formality ->
        [formal] la Sua richiesta
        [informal] la tua richiesta
       *[impersonal] la richiesta
    }

matter-first =
    { $formality ->
        [formal] La Sua richiesta
        [informal] La tua richiesta
       *[impersonal] La richiesta
    }

of-matter =
    { $formality ->
        [formal] della Sua richiesta
        [informal] della tua richiesta
       *[impersonal] della richiesta
    }

comment =
    { $formality ->
        [formal] il Suo commento
        [informal] il tuo commento
       *[impersonal] il commento
    }

follows =
    { $formality ->
        [formal] Riceverà
        [informal] Riceverai
       *[impersonal] Arriverà
    }

we-answer =
    { $formality ->
        [formal] Le risponderemo
        [informal] Ti risponderemo
       *[impersonal] Risponderemo
    }

we-owe =
    { $formality ->
        [formal] Le dobbiamo
        [informal] Ti dobbiamo
       *[impersonal] Dobbiamo
    }

## La conferma di un messaggio privato

ack-1 =
    { $mood ->
        [upset] Grazie per avercelo scritto. { message-first } ci è arrivato.
        [question] Grazie per { matter }, ci è arrivata.
        [praise] Grazie per le belle parole, ci sono arrivate.
       *[neutral] Grazie per { message }, ci è arrivato.
    } { closed-a } Una persona del nostro team{ you } risponderà{ by }. { note-a }
ack-2 =
    { hello }, abbiamo ricevuto { $mood ->
        [upset] { message } e lo leggeremo per intero.
        [question] { matter }, grazie mille.
        [praise] { message }, grazie mille. Parole così fanno piacere.
       *[neutral] { message }, grazie mille.
    } { closed-b } { follows } una risposta personale{ by }{ $disclose ->
        [yes] , di automatico c’è solo questa conferma
       *[no] { "" }
    }.
ack-3 =
    { $mood ->
        [upset] { message-first } è arrivato, grazie della segnalazione.
        [question] { matter-first } è arrivata, grazie per averci scritto.
        [praise] { message-first } è arrivato, grazie per il tempo dedicato a scriverlo.
       *[neutral] { message-first } è arrivato, grazie per averci scritto.
    } { closed-a } Una persona del nostro team leggerà tutto e{ you } risponderà{ by }. { note-b }
ack-4 =
    { $mood ->
        [upset] { message-first } è qui da noi e non andrà perso.
        [question] { matter-first } è qui da noi, grazie.
        [praise] { message-first } è qui da noi, grazie per le parole gentili.
       *[neutral] { message-first } è qui da noi, grazie.
    } { closed-b } { $disclose ->
        [yes] Questa è la conferma automatica, poi una persona
       *[no] Una persona
    } del nostro team{ you } risponderà personalmente{ by }.

## La conferma in pubblico: al massimo due frasi e nulla sulla questione

ack-public-1 =
    { label-a }Grazie, abbiamo ricevuto tutto e risponderemo{ by }. { $formality ->
        [formal] Per ciò che è personale, ci scriva in privato.
        [informal] Per ciò che è personale, scrivici in privato.
       *[impersonal] Per ciò che è personale, meglio un messaggio privato.
    }
ack-public-2 =
    { label-b }Grazie per averci scritto, una persona del nostro team risponderà{ by }. { $formality ->
        [formal] Se vuole darci dei dettagli, ci mandi un messaggio privato.
        [informal] Se vuoi darci dei dettagli, mandaci un messaggio privato.
       *[impersonal] I dettagli è meglio mandarceli in privato.
    }
ack-public-3 =
    { label-a }Grazie, { comment } è arrivato e avrà una risposta{ by }. Per i dati personali, meglio un messaggio privato.
ack-public-4 = { label-b }Grazie per il commento, arriverà una risposta{ by }. Di ciò che è personale si parla meglio in privato.

## L’unico messaggio privato che accompagna una conferma pubblica

invite-1 =
    Grazie per { comment }. Perché nulla di personale resti visibile, { $formality ->
        [formal] ci scriva qui i dettagli
        [informal] scrivici qui i dettagli
       *[impersonal] i dettagli è meglio scriverli qui
    }; una persona del nostro team{ you } risponderà{ by }. { note-a }
invite-2 = { hello }, abbiamo ricevuto { comment }. Ciò che è personale sta meglio qui che in pubblico, e una persona del nostro team{ you } risponderà{ by }. { note-b }
invite-3 =
    Grazie per averci scritto in pubblico. { $formality ->
        [formal] Ci mandi qui tutto ciò che è personale; Le
        [informal] Mandaci qui tutto ciò che è personale; ti
       *[impersonal] Tutto ciò che è personale si può mandare qui;
    } risponderemo{ by }. { note-c }

## La prima conferma dopo la riapertura di una questione chiusa

reopened-1 =
    { $mood ->
        [upset] Grazie per averci riscritto
        [question] Grazie per il nuovo messaggio
        [praise] Grazie per le belle parole
       *[neutral] Grazie per { message }
    }, abbiamo riaperto { matter }. { closed-a } Una persona del nostro team{ you } risponderà{ by }. { note-a }
reopened-2 =
    { $mood ->
        [upset] { message-first } è arrivato e
        [question] { message-first } è arrivato e
        [praise] Grazie per le parole gentili,
       *[neutral] Grazie, { message } è arrivato e
    } { matter } è di nuovo aperta. { closed-b } { follows } una risposta personale{ by }. { note-b }
reopened-3 =
    Abbiamo aperto di nuovo { matter }, grazie { $mood ->
        [upset] della segnalazione
        [question] per il nuovo messaggio
        [praise] per le belle parole
       *[neutral] per averci scritto
    }. { closed-a } { we-answer }{ by }. { note-c }

## Messaggi successivi: in pubblico al massimo due frasi

time-a =
    { $promise_day ->
        [none] Non indichiamo un orario per non promettere troppo.
       *[other] { follows } una risposta{ by }.
    }
time-b =
    { $promise_day ->
        [none] Non possiamo ancora dire quando arriverà la risposta.
       *[other] Una persona del nostro team{ you } risponderà{ by }.
    }
time-c =
    { $promise_day ->
        [none] La questione resta aperta finché una persona del nostro team non avrà risposto.
       *[other] La risposta arriverà{ by }.
    }
time-d =
    { $promise_day ->
        [none] Non chiuderemo nulla senza una risposta.
       *[other] { we-answer }{ by }.
    }

update-1 =
    { label-b }{ $seen ->
        [yes] { message-first } è ancora in attesa e il nostro team lo sa.
       *[no] { message-first } è ancora in attesa.
    } { time-a } { note-a }
update-2 =
    { label-c }{ $seen ->
        [yes] Il nostro team conosce { message }, che aspetta ancora una risposta.
       *[no] { message-first } aspetta ancora una risposta e non lo consideriamo chiuso.
    } { time-b } { note-b }
update-3 =
    { label-b }{ $seen ->
        [yes] Il nostro team è al corrente e{ you } deve ancora una risposta.
       *[no] { we-owe } ancora una risposta.
    } { time-c } { note-c }
update-4 =
    { label-c }{ $seen ->
        [yes] Non c’è ancora una risposta { to-message } e il nostro team lo sa.
       *[no] Non c’è ancora una risposta, ma { message } non è andato perso.
    } { time-d } { note-d }

missed-1 = { label-b }Ci dispiace, la risposta promessa non c’è ancora e l’attesa dura più di quanto avevamo detto. { time-a } { note-a }
missed-2 = { label-c }La risposta che avevamo promesso è in ritardo e ce ne scusiamo. { time-b } { note-b }

missed-again-1 = { label-b }Non abbiamo ancora mantenuto quanto promesso e { message } è ancora in attesa. { time-b } { note-c }
missed-again-2 = { label-c }La risposta promessa manca ancora. { time-a } { note-d }
missed-again-3 =
    { label-b }{ $formality ->
        [formal] Sta ancora aspettando
        [informal] Stai ancora aspettando
       *[impersonal] Si fa ancora attendere
    } la risposta promessa, ma { message } non è andato perso. { time-c } { note-a }
missed-again-4 = { label-c }Il tempo indicato è passato di nuovo senza risposta. { time-d } { note-b }

last-legal-1 = { label-b }{ message-first } è ancora in attesa e una persona del nostro team{ you } risponderà{ by }. Fino ad allora qui potrebbero non esserci novità, perché questa app permette avvisi come questo solo per un tempo limitato. { note-a }
last-legal-2 = { label-c }{ message-first } aspetta ancora la risposta, che una persona del nostro team scriverà{ by }. Nel frattempo qui potrebbe esserci silenzio, perché questa app limita i messaggi di questo tipo. { note-b }
last-legal-3 = { label-b }{ we-answer }{ by }. Tra poco questa app non ci lascerà più mandare aggiornamenti, quindi qui potrebbe esserci silenzio per un po’. { note-c }

promise-1 = { label-b }Una persona del nostro team si occupa { of-matter }. { follows } una risposta{ by }. { note-a }
promise-2 = { label-c }{ matter-first } è in buone mani e una persona del nostro team{ you } risponderà{ by }. { note-b }
promise-3 = { label-b }Una persona del nostro team conosce { matter } e{ you } darà una risposta{ by }. { note-c }
promise-4 = { label-c }Nel nostro team c’è già chi se ne occupa. La risposta arriverà{ by }. { note-d }

remind-1 =
    { label-b }{ $formality ->
        [formal] Per andare avanti ci manca la Sua risposta. Ci scriva qui quando Le fa comodo.
        [informal] Per andare avanti ci manca la tua risposta. Scrivici qui quando ti fa comodo.
       *[impersonal] Per andare avanti ci manca una risposta. Basta scrivere qui, in qualsiasi momento.
    } { note-a }
remind-2 =
    { label-c }Per proseguire ci serve ancora una risposta{ $formality ->
        [formal] { " " }da parte Sua
        [informal] { " " }da parte tua
       *[impersonal] { "" }
    }. Bastano poche parole qui. { note-b }
remind-3 =
    { label-b }{ $formality ->
        [formal] Le ricordiamo il nostro ultimo messaggio. Appena risponderà qui, proseguiremo.
        [informal] Ti ricordiamo il nostro ultimo messaggio. Appena risponderai qui, proseguiremo.
       *[impersonal] Ricordiamo il nostro ultimo messaggio. Appena qui ci sarà una risposta, proseguiremo.
    } { note-c }

closing-1 =
    { label-b }Non abbiamo ricevuto altri messaggi e per ora chiudiamo questa conversazione. { $formality ->
        [formal] Se ha ancora bisogno di noi, scriva qui e si riaprirà.
        [informal] Se hai ancora bisogno di noi, scrivi qui e si riaprirà.
       *[impersonal] Basta scrivere qui per riaprirla.
    } { note-a }
closing-2 = { label-c }Da qualche tempo qui non ci sono novità, quindi consideriamo la questione risolta. Se non è così, basta un messaggio qui. { note-b }
closing-3 =
    { label-b }Chiudiamo questa conversazione perché non è arrivato nulla di nuovo. { $formality ->
        [formal] Ci scriva qui quando vuole e riprenderemo.
        [informal] Scrivici qui quando vuoi e riprenderemo.
       *[impersonal] Con un messaggio qui riprenderemo.
    } { note-c }
