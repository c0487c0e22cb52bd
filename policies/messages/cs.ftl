# Texty v češtině; proměnné jsou popsány v en.ftl. Bez rodu: ani o zákazníkovi, ani o firmě.

by =
    { $promise_day ->
        [none] { "" }
        [today] { " " }dnes do { by-time }
        [tomorrow] { " " }zítra do { by-time }
        [monday] { " " }v pondělí do { by-time }
        [tuesday] { " " }v úterý do { by-time }
        [wednesday] { " " }ve středu do { by-time }
        [thursday] { " " }ve čtvrtek do { by-time }
        [friday] { " " }v pátek do { by-time }
        [saturday] { " " }v sobotu do { by-time }
        [sunday] { " " }v neděli do { by-time }
       *[later] { " " }{ $promise_date } do { by-time }
    }

by-time =
    { $promise_hour ->
        [23] { $promise_minutes ->
            [59] půlnoci
           *[other] { $promise_time }
        }
       *[other] { $promise_time }
    }

again =
    { $back_day ->
        [none] { "" }
        [today] , opět jsme tu dnes { again-time }
        [tomorrow] , opět jsme tu zítra { again-time }
        [monday] , opět jsme tu v pondělí { again-time }
        [tuesday] , opět jsme tu v úterý { again-time }
        [wednesday] , opět jsme tu ve středu { again-time }
        [thursday] , opět jsme tu ve čtvrtek { again-time }
        [friday] , opět jsme tu v pátek { again-time }
        [saturday] , opět jsme tu v sobotu { again-time }
        [sunday] , opět jsme tu v neděli { again-time }
       *[later] , opět jsme tu { $back_date } { again-time }
    }

# „Ve“ před dvěma, třemi, čtyřmi, dvanácti až čtrnácti a od dvaceti dál, jinak „v“.
again-time =
    { $back_hour ->
        [2] ve
        [3] ve
        [4] ve
        [12] ve
        [13] ve
        [14] ve
        [20] ve
        [21] ve
        [22] ve
        [23] ve
       *[other] v
    } { $back_time }

closed =
    { $open ->
        [yes] { "" }
       *[no] Teď máme zavřeno{ again }.
    }

hello =
    { $formality ->
        [informal] Ahoj
       *[other] Dobrý den
    }

you =
    { $formality ->
        [informal] { " " }ti
        [formal] { " " }Vám
       *[impersonal] { "" }
    }

from-you =
    { $formality ->
        [informal] { " " }od tebe
        [formal] { " " }od Vás
       *[impersonal] { "" }
    }

your-message =
    { $formality ->
        [informal] Tvoje zpráva
        [formal] Vaše zpráva
       *[impersonal] Zpráva
    }

your-matter =
    { $formality ->
        [informal] Tvoje záležitost
        [formal] Vaše záležitost
       *[impersonal] Záležitost
    }

your-reply =
    { $formality ->
        [informal] tvoji odpověď
        [formal] Vaši odpověď
       *[impersonal] odpověď
    }

write =
    { $formality ->
        [informal] nám prosím napiš
        [formal] nám prosím napište
       *[impersonal] prosíme napsat
    }

## Že jde o automat: veřejně slovo na začátku, protože jsou tam jen dvě věty; soukromě vlastní věta

label =
    { $disclose ->
        [yes] Automatická odpověď:{ " " }
       *[no] { "" }
    }

status =
    { $disclose ->
        [yes] { $place ->
            [public] Automatické oznámení:{ " " }
           *[private] { "" }
        }
       *[no] { "" }
    }

note-a =
    { $disclose ->
        [yes] { $place ->
            [public] { "" }
           *[private] { " " }Tato zpráva je automatická.
        }
       *[no] { "" }
    }

note-b =
    { $disclose ->
        [yes] { $place ->
            [public] { "" }
           *[private] { " " }Toto je automatická zpráva.
        }
       *[no] { "" }
    }

note-c =
    { $disclose ->
        [yes] { $place ->
            [public] { "" }
           *[private] { " " }Tuto zprávu posíláme automaticky.
        }
       *[no] { "" }
    }

## Potvrzení soukromé zprávy

ack-1 =
    { hello }, { $mood ->
        [upset] děkujeme za upozornění. Zpráva k nám v pořádku dorazila.
        [question] děkujeme za dotaz. V pořádku k nám dorazil.
        [praise] děkujeme za milá slova. Dorazila k nám.
       *[neutral] děkujeme za zprávu. V pořádku k nám dorazila.
    } { closed } { $disclose ->
        [yes] Toto potvrzení je automatické; někdo z našeho týmu{ you } odpoví{ by }.
       *[no] Někdo z našeho týmu{ you } odpoví{ by }.
    }
ack-2 =
    { hello }, { $mood ->
        [upset] zpráva už je u nás a přečteme si ji celou.
        [question] dotaz už je u nás, děkujeme.
        [praise] zpráva už je u nás. Děkujeme, taková slova vždycky potěší.
       *[neutral] zpráva už je u nás, děkujeme.
    } { closed } { $disclose ->
        [yes] Odpověď{ you } napíše někdo z nás{ by }, automatické je jen toto potvrzení.
       *[no] Odpověď{ you } napíše někdo z nás{ by }.
    }
ack-3 =
    { hello }, { $mood ->
        [upset] zpráva dorazila a čeká na odpověď.
        [question] dotaz dorazil, děkujeme za něj.
        [praise] zpráva dorazila, děkujeme za hezká slova.
       *[neutral] zpráva dorazila, děkujeme za ni.
    } { closed } { $disclose ->
        [yes] Toto je automatická zpráva, odpověď našeho týmu{ you } přijde{ by }.
       *[no] Odpověď{ you } přijde{ by }.
    }
ack-4 =
    { hello }, { $mood ->
        [upset] zprávu máme a určitě se neztratí.
        [question] dotaz máme, děkujeme.
        [praise] zprávu máme. Děkujeme za milá slova.
       *[neutral] zprávu máme, děkujeme.
    } { closed } { $disclose ->
        [yes] Někdo z nás si vše přečte a odpoví{ you }{ by }; tyto řádky posíláme automaticky.
       *[no] Někdo z nás si vše přečte a odpoví{ you }{ by }.
    }

## Veřejné potvrzení: nejvýše dvě věty a nic o věci samé

ack-public-1 = { label }Děkujeme, komentář k nám dorazil a odpovíme na něj{ by }. V osobních věcech prosíme o soukromou zprávu.
ack-public-2 = { label }Děkujeme za ozvání, někdo z nás odpoví{ by }. Podrobnosti prosíme do soukromé zprávy.
ack-public-3 = { label }Komentář už je u nás, děkujeme, a odpověď přijde{ by }. Osobní údaje prosíme posílat jen v soukromé zprávě.
ack-public-4 = { label }Děkujeme, komentář máme a ozveme se{ by }. Na podrobnosti čekáme v soukromé zprávě.

## Jediná soukromá zpráva vedle veřejného potvrzení

invite-1 =
    { hello }, děkujeme za veřejný komentář. Podrobnosti { write } sem, ať nejsou všem na očích; někdo z nás{ you } odpoví{ by }. { $disclose ->
        [yes] Tato zpráva je automatická.
       *[no] { "" }
    }
invite-2 =
    { hello }, veřejný komentář k nám dorazil. Osobní věci { write } raději sem; odpověď{ you } přijde{ by }. { $disclose ->
        [yes] Automatická je jen tato zpráva.
       *[no] { "" }
    }
invite-3 =
    { hello }, děkujeme za veřejnou zprávu. Cokoli osobního { write } sem; odpoví{ you } někdo z našeho týmu{ by }. { $disclose ->
        [yes] Tuto zprávu posíláme automaticky.
       *[no] { "" }
    }

## První potvrzení poté, co se uzavřená záležitost znovu otevřela

reopened-1 =
    { hello }, { $mood ->
        [upset] děkujeme za upozornění.
        [question] děkujeme za další dotaz.
        [praise] děkujeme za milá slova.
       *[neutral] děkujeme za další zprávu.
    } { your-matter } je u nás znovu otevřená. { closed } { $disclose ->
        [yes] Toto potvrzení je automatické; někdo z našeho týmu{ you } odpoví{ by }.
       *[no] Někdo z našeho týmu{ you } odpoví{ by }.
    }
reopened-2 =
    { hello }, { $mood ->
        [upset] dorazila k nám nová zpráva a přečteme si ji celou. Záležitost znovu otevíráme.
        [question] dorazil k nám nový dotaz, a tak záležitost znovu otevíráme.
        [praise] dorazila k nám nová zpráva. Děkujeme za hezká slova, záležitost znovu otevíráme.
       *[neutral] dorazila k nám nová zpráva, a tak záležitost znovu otevíráme.
    } { closed } { $disclose ->
        [yes] Odpověď{ you } napíše někdo z nás{ by }, automatické je jen toto potvrzení.
       *[no] Odpověď{ you } napíše někdo z nás{ by }.
    }
reopened-3 =
    { hello }, { $mood ->
        [upset] zprávu máme a záležitost je znovu otevřená.
        [question] dotaz máme, děkujeme. Záležitost je znovu otevřená.
        [praise] zprávu máme, děkujeme za ni. Záležitost je znovu otevřená.
       *[neutral] zprávu máme a záležitost je znovu otevřená.
    } { closed } { $disclose ->
        [yes] Toto je automatická zpráva, odpověď našeho týmu{ you } přijde{ by }.
       *[no] Odpověď{ you } přijde{ by }.
    }

## Další zprávy: nejvýše dvě věty, protože zaznívají i veřejně

time-a =
    { $promise_day ->
        [none] Raději neslibujeme termín, který by se nemusel stihnout
       *[other] Odpověď{ you } přijde{ by }
    }
time-b =
    { $promise_day ->
        [none] Zatím nevíme, kdy odpověď přijde
       *[other] Někdo z nás{ you } odpoví{ by }
    }
time-c =
    { $promise_day ->
        [none] Konverzaci necháme otevřenou, dokud někdo z nás neodpoví
       *[other] Ozveme se{ you }{ by }
    }
time-d =
    { $promise_day ->
        [none] Bez ní konverzaci neuzavřeme
       *[other] Pošleme{ you } ji{ by }
    }

update-1 =
    { status }{ your-matter } je u nás stále otevřená{ $seen ->
        [yes] { " " }a náš tým o ní ví.
       *[no] .
    } { time-a }.{ note-a }
update-2 =
    { status }{ $seen ->
        [yes] Dáváme vědět, že zpráva ještě čeká na odpověď a náš tým o ní ví.
       *[no] Dáváme vědět, že zpráva dál čeká na odpověď a není zapomenutá.
    } { time-b }.{ note-b }
update-3 =
    { status }{ $seen ->
        [yes] Náš tým o zprávě ví a odpověď{ you } stále dlužíme.
       *[no] Odpověď na zprávu{ you } stále dlužíme.
    } { time-d }.{ note-c }
update-4 =
    { status }{ $seen ->
        [yes] Náš tým ví, že odpověď tu ještě není.
       *[no] Zpráva se neztratila, jen tu ještě není odpověď.
    } { time-c }.{ note-a }

missed-1 = { status }Omlouváme se, slíbená odpověď tu ještě není a čekání je delší, než bylo uvedeno. { time-b }.{ note-a }
missed-2 = { status }Slíbená odpověď se zpozdila a za to se omlouváme. { time-d }.{ note-b }

missed-again-1 = { status }Co bylo slíbeno, ještě není splněno, proto u nás záležitost zůstává otevřená. { time-a }.{ note-a }
missed-again-2 = { status }Slíbená odpověď stále chybí. { time-b }.{ note-b }
missed-again-3 = { status }Slíbená odpověď ještě nepřišla, ale zpráva není zapomenutá. { time-c }.{ note-c }
missed-again-4 = { status }Uvedený termín znovu uplynul a odpověď tu ještě není. { time-d }.{ note-a }

quiet-a =
    { $disclose ->
        [yes] { $place ->
            [public] Do té doby tu může být ticho, protože aplikace omezuje, dokdy sem můžeme psát.
           *[private] Do té doby tu může být ticho, protože automatické zprávy, jako je tato, aplikace brzy přestane doručovat.
        }
       *[no] Do té doby tu může být ticho, protože aplikace omezuje, dokdy sem můžeme psát.
    }
quiet-b =
    { $disclose ->
        [yes] { $place ->
            [public] Než přijde, může tu být ticho, protože aplikace naše zprávy časově omezuje.
           *[private] Než přijde, může tu být ticho, protože aplikace automatické zprávy, jako je tato, časově omezuje.
        }
       *[no] Než přijde, může tu být ticho, protože aplikace naše zprávy časově omezuje.
    }
quiet-c =
    { $disclose ->
        [yes] { $place ->
            [public] Aplikace brzy omezí, co sem můžeme poslat, takže tu chvíli může být ticho.
           *[private] Toto je automatická zpráva a další už sem aplikace brzy nepustí, takže tu chvíli může být ticho.
        }
       *[no] Aplikace brzy omezí, co sem můžeme poslat, takže tu chvíli může být ticho.
    }

last-legal-1 = { status }{ your-matter } je u nás stále otevřená a odpověď{ you } přijde{ by }. { quiet-a }
last-legal-2 = { status }Zpráva ještě čeká na odpověď, kterou{ you } napíše někdo z nás{ by }. { quiet-b }
last-legal-3 = { status }Někdo z nás{ you } odpoví{ by }. { quiet-c }

promise-1 = { status }Zprávě se věnuje někdo z našeho týmu. Odpověď{ you } přijde{ by }.{ note-a }
promise-2 = { status }{ your-message } je v dobrých rukou. Někdo z nás{ you } odpoví{ by }.{ note-b }
promise-3 = { status }O zprávě už víme a s odpovědí se{ you } ozveme{ by }.{ note-c }
promise-4 = { status }Už víme, kdy bude odpověď. Pošleme{ you } ji{ by }.{ note-a }

remind-1 = { status }Čekáme na { your-reply }, bez ní nemůžeme pokračovat. Stačí napsat sem, až se to bude hodit.{ note-a }
remind-2 = { status }K dalšímu kroku nám chybí ještě odpověď{ from-you }. Stačí pár slov.{ note-b }
remind-3 = { status }Připomínáme naši poslední zprávu. Jakmile sem přijde odpověď{ from-you }, pokračujeme.{ note-c }

closing-1 = { status }Odpověď{ from-you } nemáme, a tak konverzaci prozatím uzavíráme. Stačí napsat sem a znovu se otevře.{ note-a }
closing-2 = { status }Už nějakou dobu je tu ticho, a tak věc považujeme za vyřízenou. Pokud není, stačí sem poslat jednu zprávu.{ note-b }
closing-3 = { status }Konverzaci uzavíráme, protože v ní nejsou nové zprávy. V případě potřeby stačí napsat sem a pokračujeme.{ note-c }
