# What Hearback says in English. Change the words as you like; docs/policies.md tells how. Each text has
# several variants, so that nobody reads the same twice. `./hearback policy check` finds every mistake.
#
# $formality  formal, impersonal or informal        $mood   upset, question, praise or neutral
# $open       yes or no: are you open now?          $place  public or private
# $seen       yes once a person has seen the case
# $promise_day, $promise_time, $promise_date        by when an answer is promised (day none: no promise)
# $back_day, $back_time, $back_date                 when you open next

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }by { $promise_time } today
        [tomorrow] { " " }by { $promise_time } tomorrow
        [monday] { " " }by { $promise_time } on Monday
        [tuesday] { " " }by { $promise_time } on Tuesday
        [wednesday] { " " }by { $promise_time } on Wednesday
        [thursday] { " " }by { $promise_time } on Thursday
        [friday] { " " }by { $promise_time } on Friday
        [saturday] { " " }by { $promise_time } on Saturday
        [sunday] { " " }by { $promise_time } on Sunday
       *[later] { " " }by { $promise_time } on { $promise_date }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] { " " }and will open again today at { $back_time }
        [tomorrow] { " " }and will open again tomorrow at { $back_time }
        [monday] { " " }and will open again on Monday at { $back_time }
        [tuesday] { " " }and will open again on Tuesday at { $back_time }
        [wednesday] { " " }and will open again on Wednesday at { $back_time }
        [thursday] { " " }and will open again on Thursday at { $back_time }
        [friday] { " " }and will open again on Friday at { $back_time }
        [saturday] { " " }and will open again on Saturday at { $back_time }
        [sunday] { " " }and will open again on Sunday at { $back_time }
       *[later] { " " }and will open again on { $back_date } at { $back_time }
    }

closed =
    { $open ->
        [yes] { "" }
       *[no] We are closed right now{ again }.
    }

## The acknowledgement of a private message

ack-1 =
    { $mood ->
        [upset] Thank you for telling us. Your message has reached us.
        [question] Thank you for your question. It has reached us.
        [praise] Thank you for your kind words. They have reached us.
       *[neutral] Thank you for your message. It has reached us.
    } { closed } This is an automatic confirmation; a person will answer you{ by }.
ack-2 =
    { $mood ->
        [upset] We have received your message. It matters to us.
        [question] We have received your question, thank you.
        [praise] We have received your message. Thank you, words like these mean a lot to us.
       *[neutral] Hello, we have received your message. Thank you for writing.
    } { closed } A person will answer you{ by }; this confirmation is automatic.
ack-3 =
    { $mood ->
        [upset] Your message has arrived. Thank you for letting us know.
        [question] Your question has arrived. Thank you for asking.
        [praise] Your message has arrived. Thank you for taking the time to write this.
       *[neutral] Your message has arrived. Thank you for getting in touch.
    } { closed } This reply is automatic; a person will get back to you{ by }.
ack-4 =
    { $mood ->
        [upset] Your message is with us and will not get lost.
        [question] Your question is with us, thank you.
        [praise] Your message is with us. Thank you for the kind words.
       *[neutral] Your message is with us, thank you.
    } { closed } A person will read it and answer you{ by }; only this note is automatic.

## The acknowledgement in public: at most two sentences, and nothing about the case

ack-public-1 = Thank you, this has reached us and we will answer{ by }. For anything personal, please write to us privately.
ack-public-2 = Thank you for writing; a person will answer here{ by }. If you would like to share details, please send them to us privately.
ack-public-3 = We have received this, thank you, and you will have an answer{ by }. Please keep personal details for a private message.
ack-public-4 = Thank you for these words, an answer will follow{ by }. Anything personal is best sent to us privately.

## The one private message that goes with a public acknowledgement

invite-1 = Thank you for your comment. To keep your details out of public view, please tell us more here; a person will answer you{ by }. This message is automatic.
invite-2 = Hello, your public post has reached us. Anything personal is better written here than in public; a person will answer you{ by }. Only this note is automatic.
invite-3 = You wrote to us in public, thank you. Please send anything personal here; a person will get back to you{ by }. This reply is automatic.

## Later messages: at most two sentences, because they are said in public, too

time-a =
    { $promise_day ->
        [none] We would rather name no time than one we might miss.
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
    { $seen ->
        [yes] Your message is still open with us, and our team knows about it.
       *[no] Your message is still open with us.
    } { time-a }
update-2 =
    { $seen ->
        [yes] A short update: our team knows about your message, and it is waiting for an answer.
       *[no] A short update: your message is waiting for an answer and is not forgotten.
    } { time-b }
update-3 =
    { $seen ->
        [yes] Our team knows about your message, and we still owe you an answer.
       *[no] We still owe you an answer to your message.
    } { time-c }
update-4 =
    { $seen ->
        [yes] There is no answer to your message yet, and our team is aware of it.
       *[no] There is no answer to your message yet, but it is not lost.
    } { time-d }

missed-1 = We are sorry: the answer we promised is not there yet, and you have waited longer than we said. { time-a }
missed-2 = The answer we promised is late, and we apologise for that. { time-b }

missed-again-1 = What we promised has not happened yet, and your message is still open with us. { time-b }
missed-again-2 = The promised answer is still missing. { time-a }
missed-again-3 = You are still waiting for the answer we promised, and your message is not forgotten. { time-c }
missed-again-4 = The time we named has passed again, and your message has no answer yet. { time-d }

last-legal-1 = Your message is still open with us, and a person will answer you{ by }. It may be quiet here until then, because this app soon stops automatic messages.
last-legal-2 = Your message is still waiting for its answer, which a person will write{ by }. Until then it may be quiet here, as this app limits automatic messages.
last-legal-3 = A person will answer your message{ by }. Soon this app will let no automatic message through, so it may be quiet here for a while.

promise-1 = A colleague is taking care of your message. You will have an answer{ by }.
promise-2 = Your message is in good hands: a colleague will answer you{ by }.
promise-3 = A colleague knows about your message and will get back to you{ by }.
promise-4 = Someone from our team is looking after this. The answer will come{ by }.

remind-1 = We are waiting for your reply so that we can go on. Simply write here when it suits you.
remind-2 = To go on, we still need a reply from you. A few words here are enough.
remind-3 = This is a reminder of our last message. As soon as you reply here, we will go on.

closing-1 = We have not heard from you, so we are closing this conversation for now. If you still need us, simply write here and it opens again.
closing-2 = It has been quiet here for a while, so we take the matter as settled. If it is not, one message here is enough.
closing-3 = We are closing this conversation because there are no new messages in it. Write here whenever you need us, and we will go on.
