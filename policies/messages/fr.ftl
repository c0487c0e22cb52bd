# Textes en français ; les variables sont expliquées dans en.ftl.
# Aucune forme ne dit un genre, ni celui de la personne qui écrit ni celui de la maison.

## Les heures

clock =
    { $promise_minutes ->
        [00] { $promise_hour } h
        [59] { $promise_hour ->
            [23] minuit
           *[other] { $promise_hour } h 59
        }
       *[other] { $promise_hour } h { $promise_minutes }
    }

opening =
    { $back_minutes ->
        [00] { $back_hour } h
       *[other] { $back_hour } h { $back_minutes }
    }

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }aujourd’hui avant { clock }
        [tomorrow] { " " }demain avant { clock }
        [monday] { " " }lundi avant { clock }
        [tuesday] { " " }mardi avant { clock }
        [wednesday] { " " }mercredi avant { clock }
        [thursday] { " " }jeudi avant { clock }
        [friday] { " " }vendredi avant { clock }
        [saturday] { " " }samedi avant { clock }
        [sunday] { " " }dimanche avant { clock }
       *[later] { " " }le { $promise_date } avant { clock }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] { " " }et nous rouvrons aujourd’hui à { opening }
        [tomorrow] { " " }et nous rouvrons demain à { opening }
        [monday] { " " }et nous rouvrons lundi à { opening }
        [tuesday] { " " }et nous rouvrons mardi à { opening }
        [wednesday] { " " }et nous rouvrons mercredi à { opening }
        [thursday] { " " }et nous rouvrons jeudi à { opening }
        [friday] { " " }et nous rouvrons vendredi à { opening }
        [saturday] { " " }et nous rouvrons samedi à { opening }
        [sunday] { " " }et nous rouvrons dimanche à { opening }
       *[later] { " " }et nous rouvrons le { $back_date } à { opening }
    }

## Quand c’est fermé ; en public nous n’en disons rien

closed-a =
    { $open ->
        [yes] { "" }
       *[no] Notre établissement est actuellement fermé{ again }.
    }

closed-b =
    { $open ->
        [yes] { "" }
       *[no] Nous sommes en dehors de nos horaires{ again }.
    }

## Dire que c’est automatique : devant en public, dans une phrase à part en privé

label-a =
    { $place ->
        [public] { $disclose ->
            [yes] Réponse automatique :{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

label-b =
    { $place ->
        [public] { $disclose ->
            [yes] Message automatique :{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

label-c =
    { $place ->
        [public] { $disclose ->
            [yes] Information automatique :{ " " }
           *[no] { "" }
        }
       *[private] { "" }
    }

note-a =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Ce message est automatique.
           *[no] { "" }
        }
    }

note-b =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Ces lignes sont envoyées automatiquement.
           *[no] { "" }
        }
    }

note-c =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] Ceci est un message automatique.
           *[no] { "" }
        }
    }

note-d =
    { $place ->
        [public] { "" }
       *[private] { $disclose ->
            [yes] C’est notre système qui envoie ces quelques mots automatiquement.
           *[no] { "" }
        }
    }

## Vous, tu, ou ni l’un ni l’autre

you =
    { $formality ->
        [formal] { " " }vous
        [informal] { " " }te
       *[impersonal] { "" }
    }

from-you =
    { $formality ->
        [formal] { " " }de votre part
        [informal] { " " }de ta part
       *[impersonal] { "" }
    }

message =
    { $formality ->
        [formal] votre message
        [informal] ton message
       *[impersonal] le message
    }

message-first =
    { $formality ->
        [formal] Votre message
        [informal] Ton message
       *[impersonal] Le message
    }

to-message =
    { $formality ->
        [formal] à votre message
        [informal] à ton message
       *[impersonal] au message
    }

matter =
    { $formality ->
        [formal] votre demande
        [informal] ta demande
       *[impersonal] la demande
    }

matter-first =
    { $formality ->
        [formal] Votre demande
        [informal] Ta demande
       *[impersonal] La demande
    }

comment =
    { $formality ->
        [formal] votre commentaire
        [informal] ton commentaire
       *[impersonal] le commentaire
    }

answer =
    { $formality ->
        [formal] Vous aurez une réponse
        [informal] Tu auras une réponse
       *[impersonal] Une réponse suivra
    }

answer-personal =
    { $formality ->
        [formal] Vous recevrez une réponse personnelle
        [informal] Tu recevras une réponse personnelle
       *[impersonal] Une réponse personnelle suivra
    }

## L’accusé de réception d’un message privé

ack-1 =
    { $mood ->
        [upset] Merci de nous l’avoir dit. { message-first } nous est bien parvenu.
        [question] Merci pour { matter }, elle nous est bien parvenue.
        [praise] Merci pour ces mots aimables, ils nous sont bien parvenus.
       *[neutral] Merci pour { message }, il nous est bien parvenu.
    } { closed-a } Une personne de notre équipe{ you } répondra{ by }. { note-a }
ack-2 =
    Bonjour, nous avons bien reçu { $mood ->
        [upset] { message } et nous le lirons en entier.
        [question] { matter }, merci beaucoup.
        [praise] { message }, merci beaucoup. Des mots comme ceux-là font plaisir.
       *[neutral] { message }, merci beaucoup.
    } { closed-b } { answer-personal }{ by }{ $disclose ->
        [yes] , seule cette confirmation est automatique
       *[no] { "" }
    }.
ack-3 =
    { $mood ->
        [upset] { message-first } est bien arrivé, merci de nous le signaler.
        [question] { matter-first } est bien arrivée, merci de nous l’avoir adressée.
        [praise] { message-first } est bien arrivé, merci d’avoir pris le temps de l’écrire.
       *[neutral] { message-first } est bien arrivé, merci de nous avoir écrit.
    } { closed-a } Quelqu’un de notre équipe lira tout et{ you } répondra{ by }. { note-b }
ack-4 =
    Nous avons bien { $mood ->
        [upset] { message }, et il ne se perdra pas.
        [question] { matter }, merci.
        [praise] { message }, merci pour ces gentils mots.
       *[neutral] { message }, merci.
    } { closed-b } { $disclose ->
        [yes] Ceci est la confirmation automatique, et une personne
       *[no] Une personne
    } de notre équipe{ you } répondra personnellement{ by }.

## La confirmation en public : deux phrases au plus, et rien sur l’affaire

ack-public-1 =
    { label-a }Merci, c’est bien reçu, et une réponse suivra{ by }. { $formality ->
        [formal] Pour tout ce qui est personnel, écrivez-nous en message privé.
        [informal] Pour tout ce qui est personnel, écris-nous en message privé.
       *[impersonal] Pour tout ce qui est personnel, mieux vaut un message privé.
    }
ack-public-2 =
    { label-b }Merci de nous avoir écrit, une personne de notre équipe répondra{ by }. { $formality ->
        [formal] Vous pouvez nous envoyer les détails en privé.
        [informal] Tu peux nous envoyer les détails en privé.
       *[impersonal] Pour les détails, mieux vaut nous écrire en privé.
    }
ack-public-3 =
    { label-a }Merci, { comment } est bien arrivé, et nous répondrons{ by }. { $formality ->
        [formal] Gardez les informations personnelles pour un message privé.
        [informal] Garde les informations personnelles pour un message privé.
       *[impersonal] Les informations personnelles ont leur place dans un message privé.
    }
ack-public-4 = { label-b }Merci pour ce message, quelqu’un de notre équipe répondra{ by }. Ce qui est personnel se dit mieux en message privé.

## Le seul message privé qui accompagne une confirmation publique

invite-1 =
    Merci pour { comment }. Pour que rien de personnel ne reste visible, { $formality ->
        [formal] dites-nous en plus ici
        [informal] dis-nous en plus ici
       *[impersonal] mieux vaut continuer ici
    }, et une personne de notre équipe{ you } répondra{ by }. { note-a }
invite-2 = Bonjour, nous avons bien reçu { comment }. Ce qui est personnel a mieux sa place ici qu’en public, et une réponse suivra{ by }. { note-b }
invite-3 =
    Merci de nous avoir écrit en public. { $formality ->
        [formal] Envoyez-nous ici tout ce qui est personnel
        [informal] Envoie-nous ici tout ce qui est personnel
       *[impersonal] Tout ce qui est personnel peut nous être écrit ici
    }, et quelqu’un de notre équipe{ you } répondra{ by }. { note-c }

## La première confirmation après la réouverture d’une affaire close

reopened-1 =
    { $mood ->
        [upset] Merci de nous écrire à nouveau
        [question] Merci d’avoir repris contact
        [praise] Merci pour ces mots aimables
       *[neutral] Merci pour { message }
    }, nous avons rouvert { matter }. { closed-a } Une personne de notre équipe{ you } répondra{ by }. { note-a }
reopened-2 =
    { $mood ->
        [upset] { message-first } est bien arrivé, et
        [question] { message-first } est bien arrivé, et
        [praise] Merci pour ces gentils mots,
       *[neutral] Merci, { message } est bien arrivé, et
    } { matter } est de nouveau ouverte. { closed-b } { answer-personal }{ by }. { note-b }
reopened-3 =
    Nous avons de nouveau ouvert { matter }, merci { $mood ->
        [upset] de nous le signaler
        [question] d’avoir repris contact
        [praise] pour ces mots aimables
       *[neutral] de nous avoir écrit
    }. { closed-a } Nous{ you } répondrons{ by }. { note-c }

## Les messages suivants : en public, deux phrases au plus

time-a =
    { $promise_day ->
        [none] Nous ne donnons pas d’heure, pour ne pas trop promettre.
       *[other] { answer }{ by }.
    }
time-b =
    { $promise_day ->
        [none] Nous ne pouvons pas encore dire quand la réponse viendra.
       *[other] Une personne de notre équipe{ you } répondra{ by }.
    }
time-c =
    { $promise_day ->
        [none] Rien ne sera clos avant que quelqu’un de notre équipe ait répondu.
       *[other] La réponse viendra{ by }.
    }
time-d =
    { $promise_day ->
        [none] Nous ne fermerons rien sans avoir répondu.
       *[other] Nous{ you } répondrons{ by }.
    }

update-1 =
    { label-b }{ $seen ->
        [yes] { message-first } est toujours en attente, et notre équipe le sait.
       *[no] { message-first } est toujours en attente chez nous.
    } { time-a } { note-a }
update-2 =
    { label-c }{ $seen ->
        [yes] Notre équipe connaît { message }, qui attend encore une réponse.
       *[no] { message-first } attend encore une réponse et n’est pas oublié.
    } { time-b } { note-b }
update-3 =
    { label-b }{ $seen ->
        [yes] Notre équipe est au courant, et nous{ you } devons encore une réponse.
       *[no] Nous{ you } devons encore une réponse.
    } { time-c } { note-c }
update-4 =
    { label-c }{ $seen ->
        [yes] Il n’y a pas encore de réponse { to-message }, et notre équipe le sait.
       *[no] Il n’y a pas encore de réponse, mais { message } n’est pas perdu.
    } { time-d } { note-d }

missed-1 = { label-b }Toutes nos excuses, la réponse promise n’est pas encore là, et l’attente dure plus longtemps qu’annoncé. { time-a } { note-a }
missed-2 = { label-c }La réponse que nous avions promise est en retard, et nous le regrettons. { time-b } { note-b }

missed-again-1 = { label-b }Ce que nous avions promis n’est pas encore fait, et { message } reste en attente. { time-b } { note-c }
missed-again-2 = { label-c }La réponse promise manque toujours. { time-a } { note-d }
missed-again-3 =
    { label-b }{ $formality ->
        [formal] Vous attendez toujours la réponse promise
        [informal] Tu attends toujours la réponse promise
       *[impersonal] La réponse promise se fait toujours attendre
    }, mais { message } n’est pas oublié. { time-c } { note-a }
missed-again-4 = { label-c }Le délai annoncé est de nouveau passé sans réponse. { time-d } { note-b }

last-legal-1 = { label-b }{ message-first } est toujours en attente, et une personne de notre équipe{ you } répondra{ by }. D’ici là, il se peut que rien n’arrive ici, car cette application n’autorise ce genre de message que pendant un temps limité. { note-a }
last-legal-2 = { label-c }{ message-first } attend encore la réponse qu’une personne de notre équipe écrira{ by }. En attendant, cette conversation restera peut-être silencieuse, car cette application limite les messages comme celui-ci. { note-b }
last-legal-3 = { label-b }Nous{ you } répondrons{ by }. Bientôt, cette application ne nous laissera plus donner de nouvelles entre-temps, et cette conversation pourra rester silencieuse un moment. { note-c }

promise-1 = { label-b }Une personne de notre équipe s’occupe de { matter }. { answer }{ by }. { note-a }
promise-2 = { label-c }{ matter-first } est entre de bonnes mains, et quelqu’un de notre équipe{ you } répondra{ by }. { note-b }
promise-3 = { label-b }Une personne de notre équipe connaît { matter } et{ you } donnera une réponse{ by }. { note-c }
promise-4 = { label-c }Quelqu’un de notre équipe s’en charge. La réponse viendra{ by }. { note-d }

remind-1 =
    { label-b }{ $formality ->
        [formal] Pour continuer, il nous manque votre réponse. Écrivez-nous ici quand cela vous convient.
        [informal] Pour continuer, il nous manque ta réponse. Écris-nous ici quand cela te convient.
       *[impersonal] Pour continuer, il nous manque une réponse. Il suffit d’écrire ici, à tout moment.
    } { note-a }
remind-2 = { label-c }Pour avancer, nous avons encore besoin d’une réponse{ from-you }. Quelques mots ici suffisent. { note-b }
remind-3 =
    { label-b }{ $formality ->
        [formal] Nous vous rappelons notre dernier message. Dès que vous aurez répondu ici, nous continuerons.
        [informal] Nous te rappelons notre dernier message. Dès que tu auras répondu ici, nous continuerons.
       *[impersonal] C’est un rappel de notre dernier message. Dès qu’une réponse arrivera ici, nous continuerons.
    } { note-c }

closing-1 =
    { label-b }Nous n’avons pas eu de nouvelles{ from-you } et nous fermons cette conversation pour le moment. { $formality ->
        [formal] Si vous avez besoin de nous, écrivez ici et elle s’ouvrira de nouveau.
        [informal] Si tu as besoin de nous, écris ici et elle s’ouvrira de nouveau.
       *[impersonal] Il suffit d’écrire ici pour la rouvrir.
    } { note-a }
closing-2 = { label-c }Il n’y a rien de nouveau ici depuis quelque temps, nous considérons donc que tout est réglé. Si ce n’est pas le cas, un message ici suffit. { note-b }
closing-3 =
    { label-b }Nous fermons cette conversation, car il n’y a pas de nouveau message. { $formality ->
        [formal] Écrivez ici dès que vous avez besoin de nous, et nous reprendrons.
        [informal] Écris ici dès que tu as besoin de nous, et nous reprendrons.
       *[impersonal] Avec un message ici, nous reprendrons.
    } { note-c }
