#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# life.sh: a letter's life after it is signed: publication, delivery, who answers what, and how a reader sees it
. "$(dirname "$0")/lib.sh"
. "$HERE/town.sh"

# said FILE…: the organisers' second signature on each, then into a.letter
said() {
	for record in "$@"; do ok cosign "$record" --authority o2; done
	ok add a.letter "$@"
}
# id_of FILE: the id of the record that --json told into it
id_of() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["id"])' "$1"; }

case_ 'a letter of the town, signed by three'
holds 'the town cannot be made' town || done_testing
"$U" authority new -o mayor --no-passphrase >/dev/null 2>&1
"$U" authority new -o sarn --no-passphrase >/dev/null 2>&1
ini -e "s/^mayor.key =.*/mayor.key = $(public mayor)/; s/^\[demands\]/council = The Council\n&/" >letter.ini
holds 'no letter' letter a
holds 'no sealed letter' letter sealed --seal
for who in harbour-1 mint-1 works-1; do holds "$who cannot sign" signed a.letter $who ${who%-*} s-$who; done
ok add a.letter s-*
printf 'page of the Courier\n' >page.html
HASH=$(openssl dgst -sha256 -binary page.html | base64 | tr -d '=' | tr '+/' '-_')

case_ 'publication: unsigned, signed at once, by a stranger'
ok publication a.letter --outlet 'The Courier' --on "$(day -9)" --source https://courier.example/1 --archived page.html
has "$OUT" '"signatures":[]'
has "$OUT" "\"sha256\":\"$HASH\""
err_has 'It has 0 of 2 signatures; Harbour Union and Works Council must sign it too.'
err_has 'Keep page.html'
cp "$OUT" unsigned.publication
ok publication a.letter --outlet 'The Courier' --on "$(day -9)" --source https://courier.example/1 --source-sha256 "$HASH" --authority o1 -o publication --json
json 'j["type"] == "publication" and j["lacks"] == 1 and len(j["id"]) == 43'
ok cosign unsigned.publication --authority o1
same unsigned.publication publication
refused add a.letter publication
err_has 'fewer organisers signed than their quorum'
refused publication a.letter --outlet 'The Courier' --on "$(day -9)" --authority r1 -o p2
err_has 'r1 is not the key of an organiser of this letter.'
absent p2
said publication

case_ 'publication: what the letter would refuse is refused before it is written'
refused publication a.letter --outlet 'The Courier' --on "$(day 1)" --authority o1 -o p2
err_has 'member on: dated after today.'
usage publication a.letter --outlet 'The Courier' --on 2026-02-30 -o p2
err_has 'is not a day'
usage publication a.letter --outlet '' --on "$(day 0)" -o p2
usage publication a.letter --on "$(day 0)" -o p2
err_has '--outlet NAME is missing.'
usage publication a.letter --outlet X -o p2
err_has '--on DAY is missing.'
usage publication a.letter --outlet X --on "$(day 0)" --source 'courier.example/1' -o p2
err_has 'begins with http:// or https://'
usage publication a.letter --outlet X --on "$(day 0)" --archived page.html --source-sha256 "$HASH" -o p2
usage publication a.letter --outlet X --on "$(day 0)" --archived nowhere -o p2
usage publication a.letter --outlet X --on "$(day 0)" --archived /dev/null -o p2
err_has 'is empty'
usage publication a.letter --outlet X --on "$(day 0)" --json
err_has '--json goes with -o FILE'
usage publication a.letter --outlet X --on "$(day 0)" --archived page.html -o page.html --force
err_has 'page.html is what this command reads.'
refused publication sealed.letter --outlet X --on "$(day 0)" --authority o1 -o p2
err_has 'its words are sealed; a publication comes after them.'
absent p2
refused publication a.letter --outlet 'The Courier' --on "$(day -9)" --source https://courier.example/1 --archived page.html --authority o1 -o p2
err_has 'this record stands above already'
absent p2

case_ 'delivery: to an addressee'
usage delivery a.letter --on "$(day -7)" -o d2
err_has '--party ID is wanted: the letter has 2 addressees.'
refused delivery a.letter --party sarn --on "$(day -7)" -o d2
err_has 'member party: not an addressee of the letter.'
refused delivery a.letter --party mayor --on "$(day 1)" -o d2
absent d2
ok delivery a.letter --party mayor --on "$(day -7)" --authority o1 -o delivery
ok delivery a.letter --party council --on "$(day -5)" --authority o1 -o delivery-2
said delivery delivery-2
ok show a.letter
out_has 'The Mayor: no reply recorded for 7 days. A reply reaches the organisers at press@example.org.'
out_has 'The Council: no reply recorded for 5 days.'

case_ 'party: introduced, and given its key later'
usage party a.letter --id sarn -o p2
err_has '--name NAME is missing.'
usage party a.letter --id Sarn --name x -o p2
refused party a.letter --id mayor --name 'The Mayor' -o p2
err_has 'member id: this party is known already.'
refused party a.letter --id mayor --name 'Another' -o p2
err_has 'member name: this party is known already.'
refused party a.letter --id other --name 'The Mayor' -o p2
err_has "member name: somebody else's name."
refused party a.letter --id other --name 'Other' --key "$(public mayor)" -o p2
err_has "member key: somebody else's key."
refused party a.letter --id other --name 'Other' --key "$(public o2)" -o p2
usage party a.letter --id other --name 'Other' --key AAAA -o p2
usage party a.letter --id other --name 'Other' --key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA -o p2
err_has '--key:'
absent p2
ok party a.letter --id sarn --name 'The President of Sarn' --authority o1 -o party
said party
refused party a.letter --id sarn -o p2
err_has 'this record stands above already'
refused party a.letter --id sarn --source https://sarn.example/ -o p2
err_has 'member id: this party is known already.'
ok party a.letter --id sarn --key "$(public sarn)" --source https://sarn.example/key --authority o1 -o key
has key '"name":"The President of Sarn"'
said key
refused party a.letter --id sarn --key "$(public o1)" -o p2
absent p2

case_ 'statement: recorded by the organisers'
printf 'We will not open it.\nHalf of the road, perhaps.\n' >answer.txt
ok statement a.letter --party mayor --on "$(day -3)" --text-file answer.txt --stance d1=rejects --stance d2=counter --note d2='Half of it' \
	--source https://town.example/answer --archived page.html --authority o1 -o statement --json
cp "$OUT" told
json 'j["lacks"] == 1'
ID=$(id_of told)
said statement
ok show a.letter
out_has 'We will not open it.'
out_has 'recorded by the organisers'
out_has 'Half of it'
out_has_not 'The Mayor: no reply'
out_has 'The Council: no reply recorded for 5 days.'
ok verify a.letter --json
json '[(s["demand"], s["stance"], s["authenticated"]) for s in j["stances"]] == [("d1", "rejects", False), ("d2", "counter", False)]'

case_ 'statement: the party answers itself, with its key and no other'
ok statement a.letter --party mayor --on "$(day -2)" --text 'The harbour opens in May.' --stance d1=partly --clarifies "$ID" --authority mayor -o own --json
cp "$OUT" told
json 'j["lacks"] == 0'
OWN=$(id_of told)
refused statement a.letter --party mayor --on "$(day -2)" --text x --authority sarn -o s2
err_has 'neither the key of an organiser of this letter nor that of the party.'
refused statement a.letter --party council --on "$(day -2)" --text x --authority mayor -o s2
refused statement a.letter --party mayor --on "$(day -2)" --text x --authority r1 -o s2
absent s2
cp own both
ok cosign both --authority o1
refused add a.letter both
err_has 'has no role'
ok add a.letter own
ok verify a.letter --json
json '[(s["demand"], s["stance"], s["authenticated"]) for s in j["stances"]] == [("d1", "partly", True), ("d2", "counter", False)]'
ok statement a.letter --party mayor --on "$(day 0)" --text 'Aside: no.' --stance d1=rejects --authority o1 -o aside
said aside
ok verify a.letter --json
json '[(s["demand"], s["stance"], s["authenticated"]) for s in j["stances"]] == [("d1", "partly", True), ("d2", "counter", False)]'

case_ 'statement: what the letter would refuse is refused before it is written'
refused statement a.letter --party nobody --on "$(day 0)" --text x -o s2
err_has 'member party: no such party above.'
err_has 'undersigned party'
refused statement a.letter --party mayor --on "$(day 1)" --text x -o s2
refused statement a.letter --party mayor --on "$(day 0)" --text x --stance d3=accepts -o s2
err_has 'member stances[0].demand: no such demand in the letter.'
refused statement a.letter --party council --on "$(day 0)" --text x --clarifies "$ID" -o s2
err_has 'member clarifies: not a statement of that party above.'
refused statement a.letter --party mayor --on "$(day -4)" --text x --clarifies "$ID" --authority o1 -o s2
err_has 'member on: dated before what it clarifies.'
refused statement a.letter --party mayor --on "$(day -1)" --text x --clarifies "$OWN" --authority o1 -o s2
err_has 'a recorded statement cannot clarify an authenticated one'
for stance in d1 d1=perhaps d1= =accepts D1=accepts; do
	usage statement a.letter --party mayor --on "$(day 0)" --text x --stance $stance -o s2
	err_has 'DEMAND=STANCE is wanted'
done
usage statement a.letter --party mayor --on "$(day 0)" --text x --stance d1=accepts --stance d1=rejects -o s2
usage statement a.letter --party mayor --on "$(day 0)" --text x --note d1=x -o s2
err_has 'one note goes with each --stance d1='
usage statement a.letter --party mayor --on "$(day 0)" --text x --stance d1=none --note d1 -o s2
usage statement a.letter --party mayor --on "$(day 0)" --text x --text-file answer.txt -o s2
usage statement a.letter --party mayor --on "$(day 0)" -o s2
usage statement a.letter --party mayor --on "$(day 0)" --text '' -o s2
usage statement a.letter --party mayor --on "$(day 0)" --text x --language e -o s2
usage statement a.letter --on "$(day 0)" --text x -o s2
usage statement a.letter --party mayor --text x -o s2
refused statement sealed.letter --party mayor --on "$(day 0)" --text x -o s2
err_has 'its words are sealed; a statement comes after them.'
absent s2

case_ 'show: demands by parties at a glance, the history below'
ok question a.letter --text 'Is that enough?' --choice yes=Yes --choice no=No --closes "$ENDS" --about "$ID" --authority o1 -o question --json
ASKED=$(id_of "$OUT")
said question
ok vote a.letter --question "$ASKED" --choice no --key harbour-1.key -o vote
ok withdraw a.letter --key works-1.key -o withdrawal
ok add a.letter vote withdrawal
ok statement a.letter --party sarn --on "$(day -6)" --text 'They are right.' --stance '*=supports' --authority sarn -o s1 --json
FIRST=$(id_of "$OUT")
ok add a.letter s1
ok statement a.letter --party sarn --on "$(day -1)" --text 'As to the road, I take no side.' --stance d2=none --clarifies "$FIRST" --authority sarn -o s2
ok add a.letter s2
ok show a.letter
holds 'headline' grep -q -x -A 1 '2 people from 2 bodies signed.' "$OUT"
out_line '1 more signed and took it back.'
out_line '  mayor    The Mayor'
out_line '  council  The Council: no reply recorded for 5 days. A reply reaches the organisers at press@example.org.'
out_line '                             mayor        council      sarn'
out_line '  d1 Open the harbour; now.  ± in part    no reply     -'
out_line '  d2 Mend the road.          ↔ counter°   no reply     … no stand'
out_line '  * the whole letter         -            no reply     ✓ supports'
out_line '  ° recorded by the organisers; without it, signed by the party itself'
out_line "              as archived, SHA-256 $HASH"
out_line "└ $(day -2)  The Mayor, signed with the key that the organisers gave for it,"
out_line "              clarifies what it said on $(day -3):"
out_line '                1 of 2 who signed have voted; open until '"$ENDS"
grep -E -o "^(  |└ )$(date +%Y | cut -c 1-3)[0-9]-[0-9-]+" "$OUT" >days
printf '  %s\n' "$(day -9)" "$(day -7)" "$(day -6)" >wanted
printf '└ %s\n' "$(day -1)" >>wanted
printf '  %s\n' "$(day -5)" "$(day -3)" >>wanted
printf '└ %s\n' "$(day -2)" >>wanted
printf '  %s\n' "$(day 0)" >>wanted
same days wanted
ok show a.letter --json
json '[d["party"] for d in j["deliveries"]] == ["mayor", "council"] and [w["days"] for w in j["waits"]] == [0, 5]'
json '[(s["clarifies"], s["authenticated"]) for s in j["statements"]][1] == ("'"$ID"'", True) and j["withdrawn"] == 1'
json 'j["questions"][0]["about"] == "'"$ID"'" and j["questions"][0]["tally"] == {"no": 1, "yes": 0}'
ok verify a.letter
out_line '1 more signed and took it back.'

case_ 'show: eighty columns hold the table, whatever the script; too many parties go on below'
ini -e 's/^d1 = .*/d1 = 直ちに港を開放し、すべての船舶を自由に通過させることを要求します。/; s/^d2 = .*/reopen-the-road-and-keep-it-open = أصلحوا الطريق فورا/' \
	-e 's/^mayor = .*/mayor = رئيس البلدية/; s/^\[demands\]/the-council-of-the-harbour-town = مجلس المدينة\nking = The King\nqueen = 女王陛下\n&/; s/^quorum = 2 .*/quorum = 1/' >wide.ini
ok letter new wide.ini --roster staff.roster -o wide.letter --authority o1
ok statement wide.letter --party king --on "$(day 0)" --text x --stance d1=accepts --authority o1 -o w1
ok add wide.letter w1
ok show wide.letter
out_line '                                          mayor        the-council  king'
out_line '                                                       -of-the-har  '
out_line '                                                       bour-town    '
out_line '  d1 直ちに港を開放し、すべての船舶を自…  -            -            ✓ accepts°'
out_line '  reopen-the-road-and-keep-it-open أصلحو… -            -            -'
out_line '                                          queen'
sed -n '/^Where they stand/,/^  °/p' "$OUT" >table
python3 - <<'P' || holds 'a line is longer than 80 columns' false
import sys, unicodedata
lines = open('table', encoding='utf-8').read().splitlines()
wide = lambda s: sum(2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in s if not unicodedata.combining(c))
sys.exit(not (8 <= len(lines) and all(wide(line) <= 80 for line in lines)))
P

case_ 'notice: a correction, another last day, the letter closed'
ok notice a.letter --kind correction --text 'The harbour is that of Averane.' --about "$ID" --authority o1 -o n1
ok notice a.letter --kind deadline --closes "$(day 60)" --text 'Open for longer.' --on "$(day -1)" --authority o1 -o n2 --json
json 'j["type"] == "notice"'
said n1 n2
ok show a.letter
out_has "Signing is open until $(day 60);"
out_has "A correction of the organisers, $(day 0):"
out_has "A new last day to sign, $(day 60):"
ok sign a.letter --key harbour-2.key --ring harbour --yes -o late
err_has 'The harbour is that of Averane.'
err_has_not 'Open for longer.'
refused notice a.letter --kind deadline --closes "$UNTIL" --text x -o n3
err_has "member closes: after the letter's last day."
refused notice a.letter --kind deadline --closes "$(day -1)" --text x -o n3
err_has 'that day is past'
refused notice a.letter --kind note --text x --on "$(day 1)" -o n3
refused notice a.letter --kind note --text x --about "$(public o1)" -o n3
err_has 'member about: no such record above.'
refused notice a.letter --kind note --text x --authority r1 -o n3
usage notice a.letter --kind deadline --text x -o n3
err_has '--closes DAY is missing.'
usage notice a.letter --kind note --closes "$(day 9)" --text x -o n3
err_has '--closes goes with --kind deadline only.'
usage notice a.letter --kind gossip --text x -o n3
err_has 'one of note, correction, deadline, closed, replaced'
usage notice a.letter --kind note -o n3
usage notice a.letter --text x -o n3
absent n3

case_ 'translation: whose words it is, and which were signed'
printf 'Nous vous prions *d’agir*.\n' >text.fr.md
printf '%s\n' '[translation]' 'language = fr' 'title = Sur le port ; et la route' 'text = text.fr.md ; beside' '[demands]' 'd2 = Réparez la route.' 'd1 = Ouvrez le port ; maintenant.' >fr.ini
ok translation --help
sed -n '/^  \[translation\]/,/^$/s/^  //p' "$OUT" >help.ini # the sample is one
ok translation a.letter help.ini
has "$OUT" '"title":"Sur le port"'
ok translation a.letter fr.ini --authority o1 -o t1
said t1
sed 's/maintenant/tout de suite/' fr.ini >fr2.ini
ok translation a.letter fr2.ini --on "$(day -1)" --authority o1 -o t2
said t2
ok show a.letter
out_line 'Signed in en; translated by the organisers into fr: `undersigned show --language TAG`.'
out_line 'On the harbour; and the road'
ok show a.letter --language FR
out_line 'Sur le port ; et la route'
out_has 'maintenant'
out_line "A translation by the organisers, of $(day 0). Those who signed saw the original, in en."
ok show a.letter --language en
out_line 'On the harbour; and the road'
refused show a.letter --language ar
err_has 'have not translated it into ar'
ok show a.letter --json
json '[(t["language"], t["title"], [d["id"] for d in t["demands"]]) for t in j["translations"]][0] == ("fr", "Sur le port ; et la route", ["d1", "d2"])'
ok site a.letter -o pages # of one language the latest alone
has pages/index.html 'maintenant'
has_not pages/index.html 'tout de suite'
while read -r edit want; do
	sed "$edit" fr.ini >bad.ini
	refused translation a.letter bad.ini -o t3
	err_has "$(printf '%s' "$want" | tr '~' ' ')"
done <<'EDITS'
/^d1/d [demands]~lacks~d1
s/^d1/d3/ [demands]~lacks~d1
$ad3=x the~letter~has~no~demand~d3
/^title/d lacks~title
/^language/d lacks~language
/^text/d lacks~text
s/^language/lang/ line~2:~no~setting~of~[translation]
s/^.demands./[demand]/ line~6:~not~in~a~section
1d line~1:~not~in~a~section
EDITS
sed 's/^language.*/language = EN/' fr.ini >bad.ini
refused translation a.letter bad.ini -o t3
err_has "member language: the letter's own language."
refused translation a.letter fr.ini --authority r1 -o t3
refused translation a.letter fr.ini --on "$(day 1)" -o t3
sed 's/text.fr.md/nowhere.md/' fr.ini >bad.ini
usage translation a.letter bad.ini -o t3
usage translation a.letter nowhere.ini -o t3
usage translation a.letter -o t3
refused translation sealed.letter fr.ini -o t3
absent t3

done_testing
