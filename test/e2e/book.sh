#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# book.sh: a registrar's year: book, cards, enrolments, rolls, waves, a ledger opened for an audit
. "$(dirname "$0")/lib.sh"
. "$HERE/town.sh"

PIN=uuY8SDLtsLJIY95tLe2CT6LzlokCqRU50OILZvxDhU0
new() { ok book new -o town.book --series town --name 'The town' --bodies bodies.csv --no-passphrase "$@"; }
# enrolled SLOT=FILE…: as the server hands them out, with the codes of cards.html
enrolled() { python3 "$HERE/enrolled.py" cards.html town "$@"; }
# key NAME [EDITION]: NAME.key and NAME.enrol, for a body that the book will correct
key() {
	"$U" key new -o "$1.key" --series town --edition "${2:-1}" --no-passphrase 2>/dev/null &&
		"$U" key enrol "$1.key" --body nowhere --editions 3 >"$1.enrol" 2>/dev/null
}
authorities
bodies
for who in ann bob cem dan eve fay gus hal; do key $who; done

case_ 'a new book is small whatever it holds, its own, and closed to others'
	new --address https://letters.example.org/ --pin $PIN
	err_has 'Next: undersigned book issue town.book'
	mode town.book 600
	holds 'size' test "$(stat -c %s town.book)" = 65616
	usage book new -o town.book --series town --name 'The town' --bodies bodies.csv --no-passphrase
	err_has 'exists already'
	usage book new -o other.book --series Town --name 'The town' --bodies bodies.csv --no-passphrase
	usage book new -o other.book --series town --name 'The town' --bodies bodies.csv --no-passphrase --address 'https://x/#y'
	err_has 'without #'
	absent other.book

case_ 'people come in by list or by number; a faulty line adds nobody'
	printf 'body,name\nharbour,Ann\nharbour,"Bob ""the"" B"\nmint,Cem\n' >people.csv
	ok book issue town.book people.csv
	out_is '3 slots: 1 to 3'
	ok book issue town.book --body works --count 5 --json
	json 'j == {"first": 4, "issued": 5, "slots": 8}'
	printf 'works,Zoe\nnavy,Yan\nworks,a,b\n' >bad.csv
	cp town.book before.book
	refused book issue town.book bad.csv
	err_has 'bad.csv: line 2: the book has no body navy'
	err_has 'bad.csv: line 3: '
	same town.book before.book
	printf 'works;Zoe\n' >bad.csv
	refused book issue town.book bad.csv
	err_has 'between body and name stands a comma'
	refused book issue town.book --body navy --count 2
	usage book issue town.book --body works
	same town.book before.book
	ok book report town.book --json
	json 'j["slots"] == 8 and j["unused"] == 8 and j["enrolled"] == 0 and [b["slots"] for b in j["bodies"]] == [2, 1, 0, 5]'
	ok book report town.book --slots
	out_line '2,harbour,unused,,"Bob ""the"" B"'

case_ 'new bodies and headcounts come in; a body keeps its name'
	printf 'harbour,The Harbour,9\nyard,The Yard,3\n' >more.csv
	ok book issue town.book --bodies more.csv
	ok book report town.book --json
	json '[(b["id"], b["headcount"]) for b in j["bodies"]] == [("harbour", 9), ("mint", 7), ("post", 2), ("works", 6), ("yard", 3)]'
	printf 'harbour,Harbor,9\n' >renamed.csv
	refused book issue town.book --bodies renamed.csv
	err_has 'the book calls this body "The Harbour"'

case_ 'cards: code, camera text, pin and number, and no name; nothing is loaded'
	ok invite town.book -o cards.html
	mode cards.html 600
	holds 'eight cards' test "$(grep -o '<section class="card">' cards.html | wc -l)" = 8
	has cards.html "$PIN"
	has cards.html 'https://letters.example.org/'
	has cards.html 'No. 8'
	has_not cards.html 'Ann'
	has_not cards.html 'Bob'
	has_not cards.html '<script'
	holds 'something is loaded' sh -c '! grep -o -E "(src|href|url)[=(][^ >]*" cards.html | grep -v "src=\"data:image/png;base64,"'
	enrolled 1=ann.enrol >/dev/null
	holds 'codes' test $? = 0
	ok invite town.book --slot 3 --slot 5 -o two.html
	holds 'two cards' test "$(grep -o '<section class="card">' two.html | wc -l)" = 2
	ok invite town.book --first 4 --last 6 --body works -o three.html
	holds 'three cards' test "$(grep -o '<section class="card">' three.html | wc -l)" = 3
	usage invite town.book --slot 9 -o none.html
	refused invite town.book --body post -o none.html
	refused invite town.book --body navy -o none.html
	usage invite town.book
	usage invite town.book --slot 3 --body works -o none.html
	absent none.html

case_ 'cards in Arabic, from right to left: the same codes, which run from left to right'
	ok invite town.book -o arabic.html --language ar
	has arabic.html '<html lang="ar" dir="rtl">'
	has arabic.html 'رقم 8'
	has arabic.html 'The Harbour'
	has_not arabic.html 'Tear off'
	has_not arabic.html 'Ann'
	for sheet in cards arabic; do grep -o 'class="code" dir="ltr">[0-9 ]*<' $sheet.html >$sheet.codes; done
	holds 'eight codes' test "$(wc -l <cards.codes)" = 8
	same cards.codes arabic.codes
	usage invite town.book -o other.html --language tlh
	usage invite town.book --server other.list --authority r1 --language ar
	absent other.html other.list

case_ 'the square says what the card says, to a letter'
	sed 's/[^0-9]//g' cards.codes |
		sed "s|^|https://letters.example.org/#card:series=town;pin=$PIN;code=|" >wanted
	holds 'eight texts' test "$(wc -l <wanted)" = 8
	expect 0 python3 "$HERE/qr.py" cards.html
	same wanted "$OUT"

case_ 'names are text, whatever they look like'
	printf 'x,"<b>&""x""</b>",1\n' >odd.csv
	ok book new -o odd.book --series town --name '<script>alert(1)</script> & "co"' --bodies odd.csv --no-passphrase --address 'http://x/"><script>'
	ok book issue odd.book --body x --count 1
	ok invite odd.book -o odd.html
	has_not odd.html '<script'
	has_not odd.html '<b>'
	has odd.html '&lt;script&gt;alert(1)&lt;/script&gt; &amp; '
	has odd.html '&lt;b&gt;&amp;'

case_ 'the list for the server: hashes, bodies, states, signed'
	ok invite town.book --server cards.list --authority r1
	holds 'one line' test "$(wc -l <cards.list)" = 1
	cp cards.list "$OUT"
	json 'j["type"] == "cards" and j["series"] == "town" and len(j["cards"]) == 8 and all(c["state"] == "open" for c in j["cards"]) and len(j["signatures"]) == 1'
	enrolled 1=ann.enrol >one
	holds 'the hash of a code is in the list' grep -q -F -e "$(cut -d'"' -f4 one)" cards.list
	usage invite town.book --server other.list
	usage invite town.book --authority r1 -o other.html
	usage invite town.book --server other.list --authority ann.key
	absent other.list other.html

case_ 'enrolments come in with their codes, and the book says who they are'
	enrolled 1=ann.enrol 2=bob.enrol 3=cem.enrol 4=dan.enrol 5=eve.enrol >all
	ok book import town.book all --json
	json 'j == {"enrolled": 5, "late": 0, "replaced": 0, "same": 0, "taken": 0, "unknown": 0, "void": 0}'
	ok book import town.book all --json
	json 'j["same"] == 5 and j["enrolled"] == 0'
	ok key show ann.key
	sed -n 's/.*\(\([0-9]\{4\} \)\{5\}[0-9]\{4\}\).*/\1/p' "$OUT" >brief
	ok book report town.book --slots
	holds 'the strip of Ann' grep -q "^1,harbour,used,$(head -n 1 brief)," "$OUT"
	ok invite town.book -o rest.html
	holds 'three cards are left' test "$(grep -o '<section class="card">' rest.html | wc -l)" = 3
	refused invite town.book --slot 1 -o none.html
	err_has 'slot 1: this card was used already'

case_ 'of two enrolments of one slot the latest counts'
	key ann2
	enrolled 1=ann2.enrol >again
	ok book import town.book again --json
	json 'j["replaced"] == 1'
	enrolled 1=ann.enrol >again
	ok book import town.book again
	out_has 'enrolled anew'

case_ 'lines at fault: told with their place, and nothing is taken'
	cp town.book before.book
	{
		enrolled 6=fay.enrol
		cat fay.enrol
		enrolled 6=fay.enrol | sed 's/"series":"town"/"series":"city"/'
		enrolled 6=fay.enrol | sed 's/^\([^}]*"proof":"\)A/\1B/; t; s/^\([^}]*"proof":"\)./\1A/'
		enrolled 6=fay.enrol | sed 's/"code":"/"code": "/'
		echo nonsense
	} >faulty
	refused book import town.book faulty
	err_has_not 'faulty: line 1:'
	err_has 'faulty: line 2: this line does not say with which card'
	err_has 'faulty: line 3: an enrolment for the series city'
	err_has 'faulty: line 4: '
	err_has 'faulty: line 5: '
	err_has 'faulty: line 6: '
	err_has '5 lines are at fault'
	same town.book before.book
	head -c 500 all >cut
	refused book import town.book cut
	err_has 'cut off'
	usage book import town.book missing

case_ 'lines of other cards are left out: unknown, void, another slot’s key'
	enrolled 6=fay.enrol | sed 's/"code":"..../"code":"AAAA/' >unknown
	enrolled 6=ann.enrol >stolen
	ok book import town.book unknown stolen --json
	json 'j["unknown"] == 1 and j["taken"] == 1 and j["enrolled"] == 0'
	err_has 'for slot 6, but the key is that of slot 1'

case_ 'a line handed in counts for its slot and voids the unused card'
	ok book import town.book fay.enrol --slot 6 --json
	json 'j["enrolled"] == 1'
	enrolled 6=gus.enrol >late
	ok book import town.book late --json
	json 'j["void"] == 1'
	cat gus.enrol hal.enrol >two
	refused book import town.book two --slot 7
	refused book import town.book all --slot 7
	usage book import town.book gus.enrol --slot 99
	printf '%s\r\n\r\n' "$(cat fay.enrol)" >pasted
	ok book import town.book pasted --slot 6 --json
	json 'j["same"] == 1'
	printf '%s' "$(cat fay.enrol)" >pasted
	ok book import town.book pasted --slot 6 --json
	json 'j["same"] == 1'
	printf '%s' "$(enrolled 6=fay.enrol)" >pasted
	expect 1 "$U" book import town.book pasted
	err_has 'cut off'
	head -c 300 fay.enrol >pasted
	refused book import town.book pasted --slot 6

case_ 'a lost card is replaced, and what was enrolled with it is gone'
	enrolled 7=gus.enrol >gus.line
	ok book import town.book gus.line
	ok book reissue town.book 7
	out_line 'slot 7 has a new card'
	err_has 'tell the server'
	ok book import town.book gus.line --json
	json 'j["void"] == 1'
	ok invite town.book --slot 7 -o cards.html --force
	enrolled 7=gus.enrol >gus.line
	ok book import town.book gus.line --json
	json 'j["enrolled"] == 1'
	ok invite town.book --server cards.list --authority r1 --force
	cp cards.list "$OUT"
	json 'sorted(c["state"] for c in j["cards"]) == ["open"] + ["used"] * 6 + ["void"] * 2'

case_ 'a roll of an edition, with a ledger; the book’s bodies count'
	ok book move town.book 5 --body harbour
	ok book leave town.book 4
	refused book reissue town.book 4
	err_has 'its owner has left'
	ok book build town.book --edition 1 --from "$FROM" --until "$UNTIL" --with-ledger -o town.roster
	out_has '5 bodies, 6 keys'
	err_has 'Left out because they have left: 1'
	ok roster show town.roster --json
	json '[(r["id"], r["keys"]) for r in j["rings"]] == [("*", 6), ("harbour", 3), ("mint", 1), ("post", 0), ("works", 2), ("yard", 0)]'
	json 'j["headcount"] == 27 and j["name"] == "The town"'
	ok roster show town.roster --key eve.key
	out_has 'harbour'
	ok roster show town.roster --key dan.key
	out_has 'Your key is not on this roster'
	refused book build town.book --extends town.roster -o wave.roster
	err_has 'no new key'
	absent wave.roster

case_ 'the ledger is opened, whole or by lot, and agrees with the roster'
	ok book report town.book --ledger town.roster -o audit
	mode audit 600
	cat >audit.py <<-'P'
		import base64, hashlib, json, sys
		b = lambda s: base64.urlsafe_b64decode(s + "=" * (-len(s) % 4))
		h = lambda *p: hashlib.sha256(b"".join(p)).digest()
		leaf = lambda l: h(b"\0", b(l["salt"]), b(l["key"]), l["name"].encode())
		def tree(v):
		    if len(v) == 1: return v[0]
		    k = 1
		    while 2 * k < len(v): k *= 2
		    return h(b"\1", tree(v[:k]), tree(v[k:]))
		lines = [json.loads(l) for l in open(sys.argv[1])]
		roster = json.loads(open("town.roster").readline())
		if lines[0]["path"] == "":
		    assert [l["index"] for l in lines] == list(range(6)) and tree([leaf(l) for l in lines]) == b(roster["ledger"])
		    assert sorted(l["name"] for l in lines) == ["Ann", 'Bob "the" B', "Cem", "slot 5", "slot 6", "slot 7"]
		for l in lines:
		    i, last, r = l["index"], 5, leaf(l)
		    path = b(l["path"])
		    for p in (path[k:k + 32] for k in range(0, len(path), 32)):
		        if i % 2 or i == last:
		            r = h(b"\1", p, r)
		            while i and i % 2 == 0: i, last = i // 2, last // 2
		        else:
		            r = h(b"\1", r, p)
		        i, last = i // 2, last // 2
		    assert not path or r == b(roster["ledger"])
		print(len(lines))
	P
	expect 0 python3 audit.py audit
	out_is 6
	ok book report town.book --ledger town.roster --slot 1 --slot 7 -o drawn
	expect 0 python3 audit.py drawn
	out_is 2
	ok book build town.book --edition 1 --from "$FROM" --until "$UNTIL" -o bare.roster
	refused book report town.book --ledger bare.roster
	err_has 'has no ledger'
	sed '1s/"ledger":"..../"ledger":"AAAA/' town.roster >false.roster
	refused book report town.book --ledger false.roster
	err_has 'line 1, member ledger'

case_ 'a wave that a letter does not take, or in which newcomers could not hide, is refused'
	for who in r1 r2; do "$U" cosign town.roster --authority $who 2>/dev/null; done
	printf 'We ask.\n' >text.md
	ini -e 's/^min_ring.*/min_ring = 3/; s/^release.*/release = 3/; s/^signers.*/signers = 2/; s/^bodies.*/bodies = 0/' >letter.ini
	"$U" letter new letter.ini --roster town.roster -o open.letter --authority o1 2>/dev/null
	"$U" cosign open.letter --authority o2 2>/dev/null
	ini -e 's/^min_ring.*/min_ring = 2/; s/^release.*/release = 2/; s/^signers.*/signers = 2/; s/^bodies.*/bodies = 1/; s/^rings.*/rings = body/' >letter.ini
	"$U" letter new letter.ini --roster town.roster -o narrow.letter --authority o1 2>/dev/null
	"$U" cosign narrow.letter --authority o2 2>/dev/null
	ini -e 's/^roster.*/roster = fixed/; s/^signers.*/signers = 2/; s/^bodies.*/bodies = 0/' >letter.ini
	"$U" letter new letter.ini --roster town.roster -o fixed.letter --authority o1 2>/dev/null
	present open.letter narrow.letter fixed.letter
	ok book issue town.book --body mint --count 3
	ok book issue town.book --body post --count 1
	ok invite town.book --first 9 -o cards.html --force
	for who in ida jan kim lev; do key $who; done
	enrolled 9=ida.enrol 10=jan.enrol >two
	ok book import town.book two
	refused book build town.book --extends town.roster --letter open.letter -o wave.roster
	err_has '2 new keys; the letter takes a wave of 3 at least'
	refused book build town.book --extends town.roster --letter fixed.letter -o wave.roster
	enrolled 12=lev.enrol >lev.line
	ok book import town.book lev.line
	refused book build town.book --extends town.roster --letter narrow.letter -o wave.roster
	err_has 'post gains 1; its ring needs 2'
	refused book build town.book --extends bare.roster --letter open.letter -o wave.roster
	err_has 'stands on another roster'
	absent wave.roster
	ok book build town.book --extends town.roster --letter narrow.letter --without post -o narrow.roster
	err_has 'Waiting, in bodies left out this time: 1'
	ok book build town.book --extends town.roster --letter open.letter -o wave.roster
	ok roster show wave.roster --json
	json 'j["keys"] == 9'
	for who in r1 r2; do "$U" cosign wave.roster --authority $who 2>/dev/null; done
	tail -n +"$(($(wc -l <town.roster) + 1))" wave.roster >wave
	ok add open.letter wave
	ok sign open.letter --key ida.key --ring '*' --yes -o signature

case_ 'a lost key is replaced in the next edition, and in no wave'
	ok book reissue town.book 1
	err_has 'stays there until that edition ends'
	ok invite town.book --slot 1 -o cards.html --force
	enrolled 1=ann2.enrol >ann2.line
	ok book import town.book ann2.line
	refused book build town.book --extends wave.roster -o second.roster
	err_has 'no new key'
	ok book build town.book --edition 2 --from "$UNTIL" --until "$UNTIL" -o next.roster
	ok key advance ann2.key --to 2 --yes
	ok roster show next.roster --key ann2.key
	out_has 'harbour'
	ok key advance ann.key --to 2 --yes
	ok roster show next.roster --key ann.key
	out_has 'Your key is not on this roster'
	ok invite town.book --slot 8 -o eight.html
	has eight.html 'town, 2<'

case_ 'of commands that change the book at once none undoes another'
	rm -f took.*
	changer() {
		for n in 1 2 3 4 5 6 7 8; do
			"$U" book issue town.book --body works --count 1 >/dev/null 2>>refused.$1 && echo >>took.$1
		done
		:
	}
	before=$("$U" book report town.book --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["slots"])')
	for who in 1 2 3 4; do changer $who & done
	wait
	ok book report town.book --json
	json "j['slots'] == $before + $(cat took.* | wc -l) > $before"
	holds 'another reason' sh -c '! cat refused.* | grep -v -e "changed by somebody else" -e "Nothing was written" -e "^Next"'

case_ 'a passphrase; a wrong one, an altered book, another file'
	printf 'correct horse\n' >passphrase
	printf 'wrong horse\n' >wrong
	ok book new -o locked.book --series town --name 'The town' --bodies bodies.csv --passphrase-file passphrase
	ok book issue locked.book --body mint --count 2 --passphrase-file passphrase
	usage book report locked.book --passphrase-file wrong
	err_has 'wrong passphrase'
	usage book report locked.book
	holds 'names in the open' sh -c '! grep -q -a -E "mint|town" locked.book'
	cp town.book altered.book
	printf X | dd of=altered.book bs=1 seek=30000 conv=notrunc 2>/dev/null
	usage book report altered.book
	err_has 'altered or damaged'
	usage book report ann.key
	err_has 'not a registrar'
	cp town.book later.book
	printf '\002' | dd of=later.book bs=1 seek=16 conv=notrunc 2>/dev/null
	expect 3 "$U" book report later.book

case_ 'more cards than a list holds come in two lists'
	ok book new -o many.book --series town --name 'The town' --bodies bodies.csv --no-passphrase
	ok book issue many.book --body mint --count 65537
	out_is '65,537 slots: 1 to 65,537'
	ok invite many.book --server many.list --authority r1
	cat >count.py <<-'P'
		import json
		lists = [json.loads(l) for l in open("many.list")]
		codes = [c["code"] for l in lists for c in l["cards"]]
		print([len(l["cards"]) for l in lists], len(set(codes)), [len(l["signatures"]) for l in lists])
	P
	expect 0 python3 count.py
	out_is '[65536, 1] 65537 [1, 1]'

case_ 'the passphrase is asked for on the terminal, three times at most'
	terminal() { python3 "$HERE/terminal.py" "$@"; }
	expect 0 terminal 'New passphrase for asked.book: ' 'correct horse battery' 'The same again: ' 'correct horse battery' -- \
		"$U" book new -o asked.book --series town --name 'The town' --bodies bodies.csv
	present asked.book
	expect 0 terminal 'Passphrase of asked.book: ' wrong 'Passphrase of asked.book: ' 'correct horse battery' -- "$U" book report asked.book
	out_has 'That is not it. Once more.'
	out_has 'echo on'
	expect 2 terminal 'Passphrase' 1 'Passphrase' 2 'Passphrase' 3 -- "$U" book report asked.book
	out_has 'wrong passphrase'
	cp asked.book before.book
	expect 130 terminal 'Passphrase' ^C -- "$U" book issue asked.book --body mint --count 1
	same asked.book before.book

done_testing
