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

done_testing
