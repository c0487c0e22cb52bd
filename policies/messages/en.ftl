# What Hearback says in English. Change the words as you like; each text has several variants, so
# that nobody reads the same twice. After saving, `./hearback policy check` finds every mistake.
#
# $formality  formal, impersonal or informal        $mood  upset, question, praise or neutral
# $open       yes or no: are you open now?          $seen  yes once a person has seen the case
# $promise_day, $promise_time, $promise_date        by when an answer is promised (day none: no promise)
# $back_day, $back_time, $back_date                 when you open next

by =
    { $promise_day ->
        [today] by { $promise_time } today
        [tomorrow] by { $promise_time } tomorrow
        [monday] by { $promise_time } on Monday
        [tuesday] by { $promise_time } on Tuesday
        [wednesday] by { $promise_time } on Wednesday
        [thursday] by { $promise_time } on Thursday
        [friday] by { $promise_time } on Friday
        [saturday] by { $promise_time } on Saturday
        [sunday] by { $promise_time } on Sunday
       *[later] by { $promise_time } on { $promise_date }
    }

back-when =
    { $back_day ->
        [today] at { $back_time } today
        [tomorrow] tomorrow at { $back_time }
        [monday] on Monday at { $back_time }
        [tuesday] on Tuesday at { $back_time }
        [wednesday] on Wednesday at { $back_time }
        [thursday] on Thursday at { $back_time }
        [friday] on Friday at { $back_time }
        [saturday] on Saturday at { $back_time }
        [sunday] on Sunday at { $back_time }
       *[later] on { $back_date } at { $back_time }
    }

back =
    { $open ->
        [yes] { "" }
       *[no] We are closed at the moment and back { back-when }.
    }

person =
    { $promise_day ->
        [none] This is an automatic confirmation; a person will answer you.
       *[other] This is an automatic confirmation; a person will answer you { by }.
    }

next-time =
    { $promise_day ->
        [none] We would rather not name another time than name one we might miss.
       *[other] You will have an answer { by }.
    }

## The acknowledgement of a private message

ack-1 =
    { $mood ->
        [upset] Thank you for letting us know. Your message has reached us.
        [question] Thank you for your question. It has reached us.
        [praise] Thank you for your kind words. Your message has reached us.
       *[neutral] Thank you for your message. It has reached us.
    } { back } { person }
ack-2 =
    { $mood ->
        [upset] Thank you for writing to us about this. We have received your message.
        [question] Thank you, we have received your question.
        [praise] Thank you for taking the time to write this. We have received your message.
       *[neutral] Hello, we have received your message. Thank you for writing.
    } { back } { person }
ack-3 =
    { $mood ->
        [upset] Your message has arrived. Thank you for telling us about this.
        [question] Your question has arrived. Thank you for asking.
        [praise] Your message has arrived. Thank you, it is good to read this.
       *[neutral] Your message has arrived. Thank you for getting in touch.
    } { back } { person }

## The acknowledgement in public: at most two sentences, and nothing about the case

ack-public-1 = Thank you, we have received your comment. For anything personal, please write to us in a private message.
ack-public-2 = Thank you for your comment, it has reached us. If you like, send us the details in a private message.
ack-public-3 = Thank you for writing, your comment has reached us. Please use a private message for anything personal.

## Later messages

update-1 =
    { $seen ->
        [yes] Our team has seen your message and the matter is open.
       *[no] Your message is still open with us.
    } { next-time }
update-2 =
    { $seen ->
        [yes] A short update: our team has your message, and your matter is not closed.
       *[no] A short update: your message is waiting for an answer and has not been forgotten.
    } { next-time }
update-3 =
    { $seen ->
        [yes] Your matter is still open, and our team knows about it.
       *[no] We still owe you an answer.
    } { next-time }

missed-1 = We are sorry: the answer we promised is not there yet, and you have waited longer than we said. { next-time }
missed-again-1 = What we promised has not happened yet. Your message stays open with us. { next-time }
missed-again-2 = The promised answer is still missing, and your message is still open. { next-time }
missed-again-3 = You are still waiting for the answer we promised. It has not been forgotten. { next-time }

last-legal-1 =
    Your message is still open with us. This app soon stops automatic messages, so please do not be surprised if we are silent until a person answers you{ $promise_day ->
        [none] .
       *[other] { " " }{ by }.
    }

promise-1 = A colleague is taking care of your message. You will have an answer { by }.
promise-2 = Your message is in good hands: a colleague will answer you { by }.

remind-1 = We are waiting for your reply so that we can go on. Simply write here when it suits you.
closing-1 = We have not heard from you, so we are closing this conversation for now. If you still need us, simply write here and it opens again.
