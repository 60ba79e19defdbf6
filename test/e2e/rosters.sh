#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# rosters.sh: rosters from enrolments, extended, shown; everything that is wrong with them told with its line
. "$(dirname "$0")/lib.sh"

series='--series staff'
head="$series --from 2027-01-01 --until 2027-12-31"
# member BODY N [EDITION]: BODY-N.key and, appended, BODY.enrolments
member() {
	"$U" key new -o "$1-$2.key" $series --edition "${3:-1}" --no-passphrase 2>/dev/null &&
		"$U" key enrol "$1-$2.key" --body "$1" --editions 2 2>/dev/null >>"$1.enrolments"
}
for n in 1 2 3 4; do member harbour $n; member works $n; done
cat >bodies.csv <<'I'
id,name,headcount
works,"Works, Roads and ""Bridges""",5
harbour,Harbour,0
mint,Mint,12
I
"$U" authority new -o reg.key --no-passphrase >reg.public 2>/dev/null
# roster ARG…: `roster new` with the usual head
roster() { ok roster new $head --name 'All the staff' --edition 1 --bodies bodies.csv "$@"; }
no_roster() { refused roster new $head --name 'All the staff' --edition 1 --bodies bodies.csv "$@"; }
all='--enrolments harbour.enrolments works.enrolments'

case_ 'a roster lists its bodies by id, its keys sorted, and says what to do next'
	roster $all -o staff.roster
	out_has '3 bodies, 8 keys'
	err_has 'undersigned cosign staff.roster'
	holds 'not three lines' test "$(wc -l <staff.roster)" = 3
	ok roster show staff.roster --json
	json '[r["id"] for r in j["rings"]] == ["*", "harbour", "mint", "works"] and [r["keys"] for r in j["rings"]] == [8, 4, 0, 4]'
	json 'j["keys"] == 8 and j["edition"] == 1 and j["series"] == "staff" and j["signatures"] == [] and j["headcount"] == 0'
	json 'j["rings"][3]["name"] == "Works, Roads and \"Bridges\"" and j["rings"][3]["headcount"] == 5'

case_ 'the order of enrolments leaves no trace'
	cat works.enrolments harbour.enrolments | sort -r >shuffled
	roster --enrolments shuffled -o shuffled.roster
	same staff.roster shuffled.roster
	expect 0 sh -c '"$0" roster new --series staff --from 2027-01-01 --until 2027-12-31 --name "All the staff" --edition 1 --bodies bodies.csv --enrolments - -o piped.roster <shuffled' "$U"
	same staff.roster piped.roster

case_ 'one key twice in a body counts once; in two bodies it is refused, with both places'
	cat works.enrolments works.enrolments harbour.enrolments >twice
	roster --enrolments twice -o twice.roster
	err_has 'counted once: 4'
	same staff.roster twice.roster
	head -n 1 harbour.enrolments | sed 's/"body":"harbour"/"body":"works"/' >moved
	no_roster $all moved -o no.roster
	err_has 'moved: line 1: this key of works stands in harbour.enrolments, line 1, for harbour too'
	absent no.roster

case_ 'the registrar may correct the body of a line'
	{ sed 1d harbour.enrolments; cat works.enrolments moved; } >corrected
	roster --enrolments corrected -o corrected.roster
	ok roster show corrected.roster --json
	json '[r["keys"] for r in j["rings"]] == [8, 3, 0, 5]'

case_ 'faulty enrolments are told with file and line, and nothing is written'
	{
		sed -n 1p works.enrolments
		sed -n 2p works.enrolments | sed 's/"series":"staff"/"series":"stuff"/'
		sed -n 3p works.enrolments | sed 's/"body":"works"/"body":"navy"/'
		sed -n 4p works.enrolments | sed 's/^\([^}]*"proof":"\)A/\1B/; t; s/^\([^}]*"proof":"\)./\1A/'
		sed -n 1p harbour.enrolments | sed 's/:1,/: 1,/'
		echo nonsense
		echo
	} >faulty
	no_roster --enrolments harbour.enrolments faulty -o no.roster
	err_has 'faulty: line 2: an enrolment for the series stuff'
	err_has 'faulty: line 3: the body navy is not in bodies.csv'
	err_has 'faulty: line 4: '
	err_has 'faulty: line 5: '
	err_has 'faulty: line 6: '
	err_has 'faulty: line 7: '
	err_has '6 lines are at fault'
	err_has_not 'faulty: line 1'
	absent no.roster

case_ 'a proof of another edition, key or member proves nothing'
	# the proof of edition 2 under edition 1
	python3 - <<-'P'
		import json
		def line(r): return json.dumps(r, separators=(",", ":"), sort_keys=True) + "\n"
		a, b = [json.loads(l) for l in open("works.enrolments")][:2]
		k = [dict(x) for x in a["keys"]]
		k[0]["proof"] = k[1]["proof"]
		open("other-edition", "w").write(line(dict(a, keys=k)))
		k = [dict(x) for x in a["keys"]]
		k[0]["key"] = b["keys"][0]["key"]
		open("other-key", "w").write(line(dict(a, keys=k)))
	P
	no_roster --enrolments other-edition -o no.roster
	err_has 'other-edition: line 1: a wrong proof of possession'
	no_roster --enrolments other-key -o no.roster
	err_has 'other-key: line 1: a wrong proof of possession'

case_ 'a cut-off file is refused'
	head -c 700 works.enrolments >cut
	no_roster --enrolments cut -o no.roster
	err_has 'cut: line 2'
	err_has 'cut off'

case_ 'enrolments without a key for the edition are named and left out'
	member mint 1 7
	roster $all mint.enrolments -o late.roster
	err_has 'mint.enrolments: line 1: left out: it asks for the editions 7 to 8, not 1'
	same staff.roster late.roster
	no_roster --enrolments mint.enrolments -o no.roster
	err_has 'no key at all'
	absent no.roster

case_ 'faults of the CSV are told with their lines'
	bad() { # TEXT LINE
		printf '%s\n' "$1" >bad.csv
		refused roster new $head --name S --edition 1 --bodies bad.csv $all -o no.roster
		err_has "bad.csv: line $2: "
		absent no.roster
	}
	bad 'works,Works,5
harbour,Harbour' 2
	bad 'works,Works,5
harbour,"Harbour,3' 2
	bad 'works,Wo"rks,5' 1
	bad 'works,Works,5
Harbour,Harbour,3' 2
	bad 'works,Works,five' 1
	bad 'works,Works,-5' 1
	bad 'works,Works,1000000001' 1
	bad 'works,Works,05' 1
	bad 'works,,5' 1
	bad 'works,Works,5
harbour,Harbour,3
works,Works again,4' 3
	bad "$(printf 'works,Wo\tks,5')" 1
	bad 'works;Works;5' 1
	: >empty.csv
	refused roster new $head --name S --edition 1 --bodies empty.csv $all -o no.roster
	err_has 'no bodies'
	usage roster new $head --name S --edition 1 --bodies none.csv $all -o no.roster

case_ 'CSV as spreadsheets write it: byte order mark, CRLF, no heading'
	printf '\357\273\277works,"Works, Roads and ""Bridges""",5\r\nharbour,Harbour,0\r\nmint,Mint,12' >sheet.csv
	ok roster new $head --name 'All the staff' --edition 1 --bodies sheet.csv $all -o sheet.roster
	same staff.roster sheet.roster

case_ 'arguments that cannot be'
	usage roster new $head --name S --bodies bodies.csv $all -o no.roster
	err_has '--edition E is missing'
	usage roster new $head --name S --edition 0 --bodies bodies.csv $all -o no.roster
	usage roster new $head --name S --edition 1 --bodies bodies.csv -o no.roster
	err_has '--enrolments FILE is missing'
	usage roster new --series staff --from 2027-12-31 --until 2027-01-01 --name S --edition 1 --bodies bodies.csv $all -o no.roster
	err_has 'is after'
	usage roster new --series staff --from 2027-02-29 --until 2027-12-31 --name S --edition 1 --bodies bodies.csv $all -o no.roster
	err_has '--from'
	usage roster new --series Staff --from 2027-02-28 --until 2027-12-31 --name S --edition 1 --bodies bodies.csv $all -o no.roster
	usage roster new $head --name '' --edition 1 --bodies bodies.csv $all -o no.roster
	usage roster new $head --name S --edition 1 --bodies bodies.csv $all --source 'ftp://x' -o no.roster
	usage roster new $head --name S --edition 1 --bodies bodies.csv $all --source-sha256 AAA -o no.roster
	usage roster new $head --name S --edition 1 --bodies bodies.csv --enrolments none -o no.roster
	usage roster new $head --name S --edition 1 --bodies bodies.csv $all
	usage roster new $head --name S --edition 1 --bodies bodies.csv $all -o staff.roster
	err_has 'staff.roster exists already'
	absent no.roster

case_ 'source and signature can be given at once'
	sum=$(printf '%043d' 0 | tr 0 A)
	roster $all --source https://example.org/staff --source-sha256 "$sum" --authority reg.key -o signed.roster
	ok roster show signed.roster
	out_has 'https://example.org/staff'
	out_has "signed by the key $(sed -n 's/short form: //p' reg.public)"
	ok roster show signed.roster --json
	json "j['signatures'] == ['$(head -n 1 reg.public)']"
	expect 0 sh -c 'head -n 1 signed.roster | grep -q "$0"' "\"sha256\":\"$sum\",\"url\":\"https://example.org/staff\""

case_ 'an extension holds the new keys alone, above what it extends'
	member harbour 5
	member mint 2
	cat mint.enrolments >new
	tail -n 1 harbour.enrolments >>new
	cat works.enrolments >>new
	ok roster new --bodies bodies.csv --enrolments new --extends signed.roster -o grown.roster
	out_has '2 bodies, 2 keys'
	err_has 'has them: 4'
	holds 'the base is not its head' sh -c 'head -n 3 grown.roster | cmp -s - signed.roster'
	holds 'not three more lines' test "$(wc -l <grown.roster)" = 6
	ok roster show grown.roster --json
	json '[r["keys"] for r in j["rings"]] == [10, 5, 1, 4]'
	ok roster show grown.roster --key harbour-5.key
	out_has 'Your key is on this roster, in harbour'
	ok cosign grown.roster --authority reg.key

case_ 'an extension changes nothing that stands'
	refused roster new --series other --bodies bodies.csv --enrolments new --extends signed.roster -o no.roster
	err_has '--series: the roster that is extended says "staff"'
	refused roster new --edition 2 --bodies bodies.csv --enrolments new --extends signed.roster -o no.roster
	refused roster new --until 2028-12-31 --bodies bodies.csv --enrolments new --extends signed.roster -o no.roster
	ok roster new $head --name 'All the staff' --edition 1 --bodies bodies.csv --enrolments new --extends signed.roster -o again.roster
	sed 's/Mint/The Mint/' bodies.csv | sed 's/,Harbour,/,Old Harbour,/' >renamed.csv
	refused roster new --bodies renamed.csv --enrolments new --extends signed.roster -o no.roster
	err_has 'calls this body "Harbour"'
	refused roster new --bodies bodies.csv --enrolments works.enrolments --extends signed.roster -o no.roster
	err_has 'nothing new'
	refused roster new --bodies bodies.csv --enrolments moved --extends signed.roster -o no.roster
	err_has 'moved: line 1: this key stands in the body harbour of the roster that is extended'
	ok roster new --bodies bodies.csv --enrolments new --extends staff.roster -o unsigned.roster
	err_has 'nobody has signed the roster that is extended'
	sed '1s/"edition":1/"edition":2/' signed.roster >broken.roster
	refused roster new --bodies bodies.csv --enrolments new --extends broken.roster -o no.roster
	err_has 'broken.roster: line 1'
	absent no.roster

case_ 'show says whether a key is on it, and which ring is the safer'
	ok roster show staff.roster --key works-2.key
	out_has 'Your key is on this roster, in works'
	out_has 'The safer ring is *: one of 8, against one of 4'
	ok roster show staff.roster --key works-2.key --json
	json 'j["mine"] == {"body": "works", "safer": "*", "sizes": [4, 8]}'
	ok key new -o stranger.key $series --no-passphrase
	ok roster show staff.roster --key stranger.key
	out_has 'not on this roster'
	ok roster show staff.roster --key stranger.key --json
	json 'j["mine"] is False'
	ok roster show staff.roster --json
	json 'j["mine"] is None'

case_ 'show minds series and edition'
	ok key new -o other.key --series other --no-passphrase
	refused roster show staff.roster --key other.key
	err_has 'series other'
	cp works-1.key ahead.key
	ok key advance ahead.key --to 2 --yes
	refused roster show staff.roster --key ahead.key
	err_has 'edition 2'
	ok roster new --series staff --from 2028-01-01 --until 2028-12-31 --name 'All the staff' --edition 2 --bodies bodies.csv $all -o next.roster
	ok roster show next.roster --key ahead.key
	out_has 'in works'
	ok roster show next.roster --key works-2.key
	out_has 'It stands at edition 1 and signs letters of edition 2 once it is advanced'
	usage roster show staff.roster --key reg.key
	usage roster show staff.roster --key none.key
	usage roster show none.roster

case_ 'advance minds the roster of the edition that ends'
	cp works-1.key k.key
	expect 1 on 2027-12-31 "$U" key advance k.key --to 2 --roster staff.roster </dev/null
	err_has 'edition 1 lasts until 2027-12-31'
	same k.key works-1.key
	refused key advance k.key --to 2 --roster next.roster
	err_has 'edition 2'
	refused key advance other.key --to 2 --roster staff.roster
	err_has 'series staff'
	usage key advance k.key --to 2 --roster none.roster
	expect 0 on 2028-01-01 "$U" key advance k.key --to 2 --roster staff.roster </dev/null
	differ k.key works-1.key
	cp works-1.key f.key
	expect 0 on 2027-06-01 "$U" key advance f.key --to 2 --roster staff.roster --force </dev/null

case_ 'more keys than people is warned about'
	sed 's/,5$/,3/' bodies.csv >few.csv
	ok roster new $head --name S --edition 1 --bodies few.csv $all -o few.roster
	err_has 'works has 4 keys and 3 people'

case_ 'nothing is left behind'
	holds 'a temporary file' test -z "$(ls -A | grep '^\.')"
done_testing
