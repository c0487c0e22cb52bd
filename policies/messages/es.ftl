# Textos en español; las variables se explican en en.ftl.
# Ninguna forma revela un género: ni el de quien escribe ni el del negocio.

## Horas

clock =
    { $promise_hour ->
        [1] la { $promise_hour }:{ $promise_minutes }
        [23] { $promise_minutes ->
            [59] la medianoche
           *[other] las { $promise_hour }:{ $promise_minutes }
        }
       *[other] las { $promise_hour }:{ $promise_minutes }
    }

opening =
    { $back_hour ->
        [1] la { $back_hour }:{ $back_minutes }
       *[other] las { $back_hour }:{ $back_minutes }
    }

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }hoy antes de { clock }
        [tomorrow] { " " }mañana antes de { clock }
        [monday] { " " }el lunes antes de { clock }
        [tuesday] { " " }el martes antes de { clock }
        [wednesday] { " " }el miércoles antes de { clock }
        [thursday] { " " }el jueves antes de { clock }
        [friday] { " " }el viernes antes de { clock }
        [saturday] { " " }el sábado antes de { clock }
        [sunday] { " " }el domingo antes de { clock }
       *[later] { " " }el { $promise_date } antes de { clock }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] { " " }y abrimos hoy a { opening }
        [tomorrow] { " " }y abrimos mañana a { opening }
        [monday] { " " }y abrimos el lunes a { opening }
        [tuesday] { " " }y abrimos el martes a { opening }
        [wednesday] { " " }y abrimos el miércoles a { opening }
        [thursday] { " " }y abrimos el jueves a { opening }
        [friday] { " " }y abrimos el viernes a { opening }
        [saturday] { " " }y abrimos el sábado a { opening }
        [sunday] { " " }y abrimos el domingo a { opening }
       *[later] { " " }y abrimos el { $back_date } a { opening }
    }

## Cerrado; en público no lo decimos

closed-a =
    { $open ->
        [yes] { "" }
       *[no] Ahora mismo tenemos cerrado{ again }.
    }

closed-b =
    { $open ->
        [yes] { "" }
       *[no] En este momento estamos fuera de horario{ again }.
    }

## El aviso de que es automático: en público delante, en privado en una frase propia

label-a =
    { $place ->
        [public] { $disclose ->
            [yes] Respuesta automática:{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

label-b =
    { $place ->
        [public] { $disclose ->
            [yes] Mensaje automático:{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

label-c =
    { $place ->
        [public] { $disclose ->
            [yes] Aviso automático:{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

note-a =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Este mensaje es automático.
           *[no] { "" }
        }
    }

note-b =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Estas líneas se envían de forma automática.
           *[no] { "" }
        }
    }

note-c =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Esto es un aviso automático.
           *[no] { "" }
        }
    }

note-d =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Este aviso lo envía nuestro sistema automáticamente.
           *[no] { "" }
        }
    }

## Tratamiento

you =
    { $formality ->
        [formal] { " " }le
        [informal] { " " }te
       *[impersonal] { "" }
    }

message =
    { $formality ->
        [formal] su mensaje
        [informal] tu mensaje
       *[impersonal] el mensaje
    }

message-first =
    { $formality ->
        [formal] Su mensaje
        [informal] Tu mensaje
       *[impersonal] El mensaje
    }

to-message =
    { $formality ->
        [formal] a su mensaje
        [informal] a tu mensaje
       *[impersonal] al mensaje
    }

question =
    { $formality ->
        [formal] su consulta
        [informal] tu consulta
       *[impersonal] la consulta
    }

question-first =
    { $formality ->
        [formal] Su consulta
        [informal] Tu consulta
       *[impersonal] La consulta
    }

matter =
    { $formality ->
        [formal] su asunto
        [informal] tu asunto
       *[impersonal] el asunto
    }

matter-first =
    { $formality ->
        [formal] Su asunto
        [informal] Tu asunto
       *[impersonal] El asunto
    }

of-matter =
    { $formality ->
        [formal] de su asunto
        [informal] de tu asunto
       *[impersonal] del asunto
    }

comment =
    { $formality ->
        [formal] su comentario
        [informal] tu comentario
       *[impersonal] el comentario
    }

follows =
    { $formality ->
        [formal] Recibirá
        [informal] Recibirás
       *[impersonal] Habrá
    }

we-answer =
    { $formality ->
        [formal] Le contestaremos
        [informal] Te contestaremos
       *[impersonal] Contestaremos
    }

## La confirmación de un mensaje privado

ack-1 =
    { $mood ->
        [upset] Gracias por contárnoslo. Hemos recibido { message }.
        [question] Gracias por { question }, ya nos ha llegado.
        [praise] Gracias por unas palabras tan amables, ya nos han llegado.
       *[neutral] Gracias por { message }, ya nos ha llegado.
    } { closed-a } Una persona de nuestro equipo{ you } responderá{ by }. { note-a }
ack-2 =
    Hola, hemos recibido { $mood ->
        [upset] { message } y lo leeremos entero.
        [question] { question }, muchas gracias.
        [praise] { message }, muchas gracias. Palabras así animan mucho.
       *[neutral] { message }, muchas gracias.
    } { closed-b } { follows } una respuesta personal{ by }{ $disclose ->
        [yes] ; lo único automático es esta confirmación
       *[no] { "" }
    }.
ack-3 =
    { $mood ->
        [upset] { message-first } ha llegado, gracias por avisarnos.
        [question] { question-first } ha llegado, gracias por enviárnosla.
        [praise] { message-first } ha llegado, gracias por el detalle de escribirnos.
       *[neutral] { message-first } ha llegado, gracias por escribirnos.
    } { closed-a } Alguien de nuestro equipo lo leerá todo y{ you } contestará{ by }. { note-b }
ack-4 =
    Ya tenemos { $mood ->
        [upset] { message } y no se va a perder.
        [question] { question }, gracias.
        [praise] { message }, gracias por unas palabras tan amables.
       *[neutral] { message }, gracias.
    } { closed-b } { $disclose ->
        [yes] Esta es la confirmación automática; una persona
       *[no] Una persona
    } de nuestro equipo{ you } contestará{ by }.

## La confirmación en público: dos frases como mucho y nada del asunto

ack-public-1 =
    { label-a }Gracias, lo hemos recibido y responderemos{ by }. { $formality ->
        [formal] Para lo personal, escríbanos por privado.
        [informal] Para lo personal, escríbenos por privado.
       *[impersonal] Lo personal, mejor por privado.
    }
ack-public-2 =
    { label-b }Gracias por escribirnos, una persona de nuestro equipo responderá{ by }. { $formality ->
        [formal] Si quiere darnos detalles, hágalo por mensaje privado.
        [informal] Si quieres darnos detalles, hazlo por mensaje privado.
       *[impersonal] Los detalles, mejor por mensaje privado.
    }
ack-public-3 =
    { label-a }Ya nos ha llegado, gracias, y habrá respuesta{ by }. { $formality ->
        [formal] Por favor, envíenos los datos personales solo por privado.
        [informal] Por favor, envíanos los datos personales solo por privado.
       *[impersonal] Por favor, datos personales solo por privado.
    }
ack-public-4 = { label-b }Gracias por el comentario, contestaremos{ by }. Todo lo personal es mejor tratarlo por privado.

## El único mensaje privado que acompaña a una confirmación pública

invite-1 =
    Gracias por { comment }. Para que nada personal quede a la vista, { $formality ->
        [formal] cuéntenos aquí los detalles
        [informal] cuéntanos aquí los detalles
       *[impersonal] es mejor contar aquí los detalles
    }; una persona de nuestro equipo{ you } responderá{ by }. { note-a }
invite-2 = Hola, ya nos ha llegado { comment }. Lo personal está mejor aquí que a la vista de todo el mundo, y habrá respuesta{ by }. { note-b }
invite-3 =
    Gracias por escribirnos en público. { $formality ->
        [formal] Envíenos aquí todo lo personal
        [informal] Envíanos aquí todo lo personal
       *[impersonal] Todo lo personal, mejor aquí
    }; alguien de nuestro equipo{ you } contestará{ by }. { note-c }

## La primera confirmación después de reabrir un asunto cerrado

reopened-1 =
    { $mood ->
        [upset] Gracias por volver a escribirnos
        [question] Gracias por { question }
        [praise] Gracias por unas palabras tan amables
       *[neutral] Gracias por { message }
    }, hemos reabierto { matter }. { closed-a } Una persona de nuestro equipo{ you } responderá{ by }. { note-a }
reopened-2 =
    { $mood ->
        [upset] { message-first } ha llegado y
        [question] { question-first } ha llegado y
        [praise] Gracias por esas palabras,
       *[neutral] Gracias, { message } ha llegado y
    } { matter } vuelve a estar abierto. { closed-b } { follows } una respuesta personal{ by }. { note-b }
reopened-3 =
    Hemos vuelto a abrir { matter }, gracias por { $mood ->
        [upset] avisarnos
        [question] la nueva consulta
        [praise] el detalle de escribirnos
       *[neutral] escribirnos
    }. { closed-a } { we-answer }{ by }. { note-c }

## Mensajes posteriores: en público, dos frases como mucho

time-a =
    { $promise_day ->
        [none] No damos una hora para no prometer de más.
       *[other] { follows } una respuesta{ by }.
    }
time-b =
    { $promise_day ->
        [none] Todavía no podemos decir cuándo llegará la respuesta.
       *[other] Una persona de nuestro equipo{ you } responderá{ by }.
    }
time-c =
    { $promise_day ->
        [none] El asunto seguirá abierto hasta que alguien de nuestro equipo responda.
       *[other] La respuesta llegará{ by }.
    }
time-d =
    { $promise_day ->
        [none] No cerraremos el asunto sin haber respondido.
       *[other] { we-answer }{ by }.
    }

update-1 =
    { label-b }{ $seen ->
        [yes] { message-first } sigue pendiente y nuestro equipo está al tanto.
       *[no] { message-first } sigue pendiente.
    } { time-a } { note-a }
update-2 =
    { label-c }{ $seen ->
        [yes] Nuestro equipo ya conoce { message }, que aún espera respuesta.
       *[no] { message-first } aún espera respuesta y no lo damos por cerrado.
    } { time-b } { note-b }
update-3 =
    { label-b }{ $seen ->
        [yes] Nuestro equipo está al tanto y aún{ you } debe una respuesta.
       *[no] Aún{ you } debemos una respuesta.
    } { time-c } { note-c }
update-4 =
    { label-c }{ $seen ->
        [yes] Todavía no hay respuesta { to-message } y nuestro equipo lo sabe.
       *[no] Todavía no hay respuesta, pero { message } no se ha perdido.
    } { time-d } { note-d }

missed-1 = { label-b }Lo sentimos, la respuesta prometida aún no ha llegado y la espera dura más de lo que dijimos. { time-a } { note-a }
missed-2 = { label-c }La respuesta que prometimos se retrasa y pedimos disculpas por ello. { time-b } { note-b }

missed-again-1 = { label-b }Lo que prometimos aún no se ha cumplido y { message } sigue pendiente. { time-b } { note-c }
missed-again-2 = { label-c }La respuesta prometida sigue sin llegar. { time-a } { note-d }
missed-again-3 =
    { label-b }{ $formality ->
        [formal] Sigue esperando
        [informal] Sigues esperando
       *[impersonal] Sigue pendiente
    } la respuesta que prometimos, pero { message } no se ha perdido. { time-c } { note-a }
missed-again-4 = { label-c }El plazo que dimos ha vuelto a pasar sin respuesta. { time-d } { note-b }

last-legal-1 = { label-b }{ message-first } sigue pendiente y una persona de nuestro equipo{ you } responderá{ by }. Hasta entonces puede que aquí no haya novedades, porque esta aplicación solo permite avisos como este durante un tiempo limitado. { note-a }
last-legal-2 = { label-c }{ message-first } aún espera la respuesta, que escribirá una persona de nuestro equipo{ by }. Mientras tanto puede haber silencio aquí, ya que esta aplicación limita los avisos de este tipo. { note-b }
last-legal-3 = { label-b }{ we-answer }{ by }. Dentro de poco esta aplicación no nos dejará enviar más avisos, así que puede haber silencio aquí durante un tiempo. { note-c }

promise-1 = { label-b }Una persona de nuestro equipo se ocupa { of-matter }. { follows } una respuesta{ by }. { note-a }
promise-2 = { label-c }{ matter-first } está en buenas manos y alguien de nuestro equipo{ you } responderá{ by }. { note-b }
promise-3 = { label-b }Una persona de nuestro equipo conoce { matter } y{ you } contestará{ by }. { note-c }
promise-4 = { label-c }Alguien de nuestro equipo ya está con esto. La respuesta llegará{ by }. { note-d }

remind-1 =
    { label-b }{ $formality ->
        [formal] Para poder seguir, nos falta su respuesta. Escríbanos aquí cuando le venga bien.
        [informal] Para poder seguir, nos falta tu respuesta. Escríbenos aquí cuando te venga bien.
       *[impersonal] Para poder seguir, nos falta una respuesta. Basta con escribir aquí en cualquier momento.
    } { note-a }
remind-2 =
    { label-c }Para seguir adelante necesitamos una respuesta{ $formality ->
        [formal] { " " }suya
        [informal] { " " }tuya
       *[impersonal] { "" }
    }. Unas pocas palabras aquí bastan. { note-b }
remind-3 =
    { label-b }{ $formality ->
        [formal] Le recordamos nuestro último mensaje. En cuanto responda aquí, seguiremos.
        [informal] Te recordamos nuestro último mensaje. En cuanto respondas aquí, seguiremos.
       *[impersonal] Este es un recordatorio de nuestro último mensaje. En cuanto haya respuesta aquí, seguiremos.
    } { note-c }

closing-1 =
    { label-b }{ $formality ->
        [formal] No hemos tenido noticias suyas y por ahora cerramos esta conversación. Si nos necesita, escriba aquí y se abrirá de nuevo.
        [informal] No hemos tenido noticias tuyas y por ahora cerramos esta conversación. Si nos necesitas, escribe aquí y se abrirá de nuevo.
       *[impersonal] No hemos tenido noticias y por ahora cerramos esta conversación. Basta con escribir aquí para abrirla de nuevo.
    } { note-a }
closing-2 = { label-c }Hace tiempo que aquí no hay novedades, así que damos el asunto por resuelto. Si no lo está, basta con un mensaje aquí. { note-b }
closing-3 =
    { label-b }Cerramos esta conversación porque no hay mensajes nuevos. { $formality ->
        [formal] Escríbanos aquí siempre que lo necesite y seguiremos.
        [informal] Escríbenos aquí siempre que lo necesites y seguiremos.
       *[impersonal] Con un mensaje aquí, seguiremos.
    } { note-c }
