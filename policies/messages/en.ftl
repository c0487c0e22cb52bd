# What Hearback says in English. Change the words as you like; docs/policies.md tells how. Each text has
# several variants, so that nobody reads the same twice. `./hearback policy check` finds every mistake, and
# docs/voice.md shows every text as customers read it.
#
# $formality  formal, impersonal or informal        $mood   upset, question, praise or neutral
# $open       yes or no: are you open now?          $place  public or private
# $seen       yes once a person has seen the case   $disclose  yes where the text must say that it is automatic
# $promise_day, $promise_time, $promise_date        by when an answer is promised (day none: no promise)
# $back_day, $back_time, $back_date                 when you open next
# $promise_hour, $promise_minutes                   the same time in numbers: hours 0 to 23, minutes 00 to 59;
# $back_hour, $back_minutes                         choose by them: [12], [00], [one], [few]

## Times, as people say them

at =
    { $promise_hour ->
        [12] { $promise_minutes ->
                [00] noon
               *[other] { $promise_time }
            }
        [23] { $promise_minutes ->
                [59] midnight
               *[other] { $promise_time }
            }
       *[other] { $promise_time }
    }

back-at =
    { $back_hour ->
        [12] { $back_minutes ->
                [00] noon
               *[other] { $back_time }
            }
       *[other] { $back_time }
    }

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }by { at } today
        [tomorrow] { " " }by { at } tomorrow
        [monday] { " " }by { at } on Monday
        [tuesday] { " " }by { at } on Tuesday
        [wednesday] { " " }by { at } on Wednesday
        [thursday] { " " }by { at } on Thursday
        [friday] { " " }by { at } on Friday
        [saturday] { " " }by { at } on Saturday
        [sunday] { " " }by { at } on Sunday
       *[later] { " " }by { at } on { $promise_date }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] { " " }and will open again today at { back-at }
        [tomorrow] { " " }and will open again tomorrow at { back-at }
        [monday] { " " }and will open again on Monday at { back-at }
        [tuesday] { " " }and will open again on Tuesday at { back-at }
        [wednesday] { " " }and will open again on Wednesday at { back-at }
        [thursday] { " " }and will open again on Thursday at { back-at }
        [friday] { " " }and will open again on Friday at { back-at }
        [saturday] { " " }and will open again on Saturday at { back-at }
        [sunday] { " " }and will open again on Sunday at { back-at }
       *[later] { " " }and will open again on { $back_date } at { back-at }
    }

closed =
    { $open ->
        [yes] { "" }
       *[no] We are closed right now{ again }.
    }

## That it is automatic: a label in public, where there is room for two sentences; a sentence in private

label =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] Automatic reply:{ " " }
           *[private] { "" }
        }
    }

note =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] { "" }
           *[private] { " " }This message is automatic.
        }
    }

note-short =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] { "" }
           *[private] { " " }This is an automatic message.
        }
    }

note-sent =
    { $disclose ->
        [no] { "" }
       *[yes] { $place ->
            [public] { "" }
           *[private] { " " }This was sent automatically.
        }
    }

## The acknowledgement of a private message

ack-1 =
    { $mood ->
        [upset] Thank you for telling us. Your message has reached us.
        [question] Thank you for your enquiry. It has reached us.
        [praise] Thank you for your kind words. They have reached us.
       *[neutral] Thank you for your message. It has reached us.
    } { closed } { $disclose ->
        [no] A person
       *[yes] This is an automatic confirmation; a person
    } will answer you{ by }.
ack-2 =
    { $mood ->
        [upset] We have received your message and will read all of it.
        [question] We have received your enquiry, thank you.
        [praise] We have received your message. Thank you, words like these mean a lot to us.
       *[neutral] Hello, we have received your message. Thank you for writing.
    } { closed } You will hear from a person on our team{ by }{ $disclose ->
        [no] .
       *[yes] ; this confirmation is automatic.
    }
ack-3 =
    { $mood ->
        [upset] Your message has arrived. Thank you for letting us know.
        [question] Your enquiry has arrived. Thank you for sending it.
        [praise] Your message has arrived. Thank you for taking the time to write this.
       *[neutral] Your message has arrived. Thank you for getting in touch.
    } { closed } { $disclose ->
        [no] Someone from our team
       *[yes] This reply is automatic; someone from our team
    } will get back to you{ by }.
ack-4 =
    { $mood ->
        [upset] Your message is with us and will not get lost.
        [question] Your enquiry is with us, thank you.
        [praise] Your message is with us. Thank you for the kind words.
       *[neutral] Your message is with us, thank you.
    } { closed } A person will read it and answer you{ by }{ $disclose ->
        [no] .
       *[yes] ; only this note is automatic.
    }

## The same where the customer has come back to a matter that was closed

reopened-1 =
    { $mood ->
        [upset] Thank you for telling us. We have reopened your conversation.
        [question] Thank you for getting in touch again. We have reopened your conversation.
        [praise] Thank you for your kind words. We have reopened your conversation.
       *[neutral] Thank you for writing again. We have reopened your conversation.
    } { closed } { $disclose ->
        [no] A person
       *[yes] This is an automatic confirmation; a person
    } will answer you{ by }.
reopened-2 = Your conversation is open again, and your new message is with us. { closed } You will hear from a person on our team{ by }{ $disclose ->
        [no] .
       *[yes] ; this confirmation is automatic.
    }
reopened-3 = We have received your message and reopened the conversation. { closed } { $disclose ->
        [no] Someone from our team
       *[yes] This reply is automatic; someone from our team
    } will get back to you{ by }.
reopened-4 = Your new message has arrived, so we have opened this again. { closed } A person will read it and answer you{ by }{ $disclose ->
        [no] .
       *[yes] ; only this note is automatic.
    }

## The acknowledgement in public: at most two sentences, and nothing about the case

ack-public-1 = { label }Thank you, this has reached us and we will answer{ by }. For anything personal, please write to us privately.
ack-public-2 = { label }Thank you for writing; someone from our team will answer{ by }. If you would like to share details, please send them to us privately.
ack-public-3 = { label }We have received this, thank you, and you will have an answer{ by }. Please keep personal details for a private message.
ack-public-4 = { label }Thank you for getting in touch, an answer will follow{ by }. Anything personal is best sent to us privately.

## The one private message that goes with a public acknowledgement

invite-1 = Thank you for your comment. To keep your details out of public view, please tell us more here; a person will answer you{ by }.{ note }
invite-2 = Hello, your public comment has reached us. Anything personal is better written here than in public; you will hear from a person on our team{ by }.{ note-short }
invite-3 = You wrote to us in public, thank you. Please send anything personal here; someone from our team will get back to you{ by }.{ note-sent }

## Later messages: at most two sentences in public

time-a =
    { $promise_day ->
        [none] We do not want to name a time that we might not keep.
       *[other] You will have an answer{ by }.
    }
time-b =
    { $promise_day ->
        [none] We cannot say yet when the answer will come.
       *[other] A person will answer you{ by }.
    }
time-c =
    { $promise_day ->
        [none] It stays open until a person has answered you.
       *[other] The answer will come{ by }.
    }
time-d =
    { $promise_day ->
        [none] We will not close it without an answer.
       *[other] You can expect the answer{ by }.
    }

update-1 =
    { label }{ $seen ->
        [yes] Your message is still open with us, and our team knows about it.
       *[no] Your message is still open with us.
    } { time-a }{ note }
update-2 =
    { label }{ $seen ->
        [yes] Our team is aware of your message, and it is waiting for an answer.
       *[no] Your message is waiting for an answer and is not forgotten.
    } { time-b }{ note-short }
update-3 =
    { label }{ $seen ->
        [yes] Our team knows about your message, and we still owe you an answer.
       *[no] We still owe you an answer to your message.
    } { time-c }{ note-sent }
update-4 =
    { label }{ $seen ->
        [yes] There is no answer to your message yet, and our team knows that you are waiting.
       *[no] There is no answer to your message yet, but it is not lost.
    } { time-d }{ note }

missed-1 = { label }We are sorry that the answer we promised has not come yet and that you have waited longer than we said. { time-a }{ note }
missed-2 = { label }The answer we promised is late, and we apologise for that. { time-b }{ note-sent }

missed-again-1 = { label }What we promised has not happened yet, and your message is still open with us. { time-b }{ note }
missed-again-2 = { label }You still do not have the answer we promised. { time-a }{ note-sent }
missed-again-3 = { label }The answer we promised has still not come, but your message is not forgotten. { time-c }{ note-short }
missed-again-4 = { label }The time we named has passed again, and your message has no answer yet. { time-d }{ note }

last-legal-1 = { label }Your message is still open with us, and a person will answer you{ by }. It may be quiet here until then, because this app will soon stop automatic messages like this one.
last-legal-2 = { label }Your message is still waiting for its answer, which someone from our team will write{ by }. Until then it may be quiet here, as this app limits automatic messages such as this.
last-legal-3 = { label }A person will answer your message{ by }. Soon this app will let no automatic message like this one through, so it may be quiet here for a while.

promise-1 = { label }A colleague is taking care of your message. You will have an answer{ by }.{ note }
promise-2 = { label }Your message is in good hands, and a colleague will answer you{ by }.{ note-short }
promise-3 = { label }A colleague knows about your message and will get back to you{ by }.{ note-sent }
promise-4 = { label }Someone from our team is looking after this. The answer will come{ by }.{ note }

remind-1 = { label }We are waiting for your reply so that we can go on. Simply write here when it suits you.{ note }
remind-2 = { label }To go on, we still need a reply from you. A few words here are enough.{ note-short }
remind-3 = { label }This is a reminder of our last message. As soon as you reply here, we will go on.{ note-sent }

closing-1 = { label }We have not heard from you, so we are closing this conversation for now. If you still need us, simply write here and it opens again.{ note }
closing-2 = { label }It has been quiet here for a while, so we consider this settled. If it is not, one message here is enough.{ note-short }
closing-3 = { label }We are closing this conversation because there are no new messages in it. Write here whenever you need us, and we will go on.{ note-sent }
