# shellcheck shell=sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# guides.sh: what stands ready before a guide begins: an invented institution, Examplia. Read by the hidden parts of doc/guide/*.md (guides.py)
#
# Other people's files stand in others/: organisers o1 and o2, registrars r1 and r2, members harbour-1 … with key and enrolment line. No passphrases.

# public FILE: the public key of an authority
public() { undersigned authority show "$1" --json | grep -o -E '[A-Za-z0-9_-]{43}' | head -n 1; }

# means WORD VALUE: what stands for WORD in the guide's commands and files from here on
means() { echo "$1 $2" >>../means; }

authorities() {
	mkdir -p others
	for who in "$@"; do undersigned authority new -o "others/$who" || return 1; done
}

# members BODY-N…: keys and enrolment lines; the same in all guides, as to make them takes a while
members() {
	mkdir -p ../../made
	for m in "$@"; do
		if ! [ -e "../../made/$m.enrolment" ]; then
			undersigned key new -o "../../made/$m.key" --series staff --no-passphrase &&
				undersigned key enrol "../../made/$m.key" --body "${m%-*}" --editions 2 -o "../../made/$m.enrolment" || return 1
		fi
		cp -p "../../made/$m.key" "../../made/$m.enrolment" others/
	done
}

bodies() { printf '%s\n' 'id,name,headcount' 'harbour,Harbour Office,9' 'mint,The Mint,7' 'works,Public Works,9' >bodies.csv; }

# roll FILE ENROLMENT…: staff, edition 1, signed by both registrars
roll() {
	roll=$1
	shift
	undersigned roster new --series staff --name 'Staff of Examplia' --edition 1 --from 2027-01-01 --until 2027-12-31 --bodies bodies.csv --enrolments "$@" -o "$roll" &&
		undersigned cosign "$roll" --authority others/r1 && undersigned cosign "$roll" --authority others/r2
}

# ini: LETTER.ini of o1 and o2, on a roll of r1 and r2
ini() {
	printf 'The dam is cracked.\n\nWe ask you to act before the autumn rain.\n' >text.md
	cat <<-INI
		[letter]
		title = On the dam
		text = text.md
		language = en
		dated = 2027-02-01
		contact = press@example.org
		[addressees]
		minister = The Minister of Works
		[demands]
		d1 = Publish the report on the dam.
		d2 = Mend the dam.
		[organisers]
		quorum = 2
		$(public others/o1) = Works Council | https://council.example/keys
		$(public others/o2) = Harbour Union | +00 5550 100
		[registrars]
		quorum = 2
		$(public others/r1) = Public Service Union | https://union.example/keys
		$(public others/r2) = Staff Council | +00 5550 200
		[rules]
		rings = either
		min_ring = 5
		max_share = 80
		max_share_all = 90
		roster = fixed
		release = 3
		signers = 9
		bodies = 3
		closes = 2027-03-31
		ends = 2027-12-31
	INI
}

# letter FILE ROLL
letter() {
	ini >others/letter.ini && mv text.md others/ &&
		undersigned letter new others/letter.ini --roster "$2" -o "$1" --authority others/o1 && undersigned cosign "$1" --authority others/o2
}

# sign LETTER RING MEMBER…: each hands a record to the file collected
sign() {
	of=$1 ring=$2
	shift 2
	for m in "$@"; do undersigned sign "$of" --key "others/$m.key" --ring "$ring" --yes >>others/collected || return 1; done
}

# enrols SHEET SLOT=FILE…: people enrol at the server with the codes of their cards
enrols() {
	python3 - "$(head -n 1 ../ports)" "$@" <<-'P'
		import re, sys, urllib.request
		sheet = open(sys.argv[2], encoding="utf-8").read()
		codes = {}
		for card in sheet.split('<section class="card">')[1:]:
		    codes[re.search(r"No\. ([0-9,]+)", card).group(1)] = re.search(r'class="code" dir="ltr">([0-9 ]+)<', card).group(1)
		for pair in sys.argv[3:]:
		    slot, path = pair.split("=")
		    body = '{"code":"%s","enrolment":%s}' % (codes[slot], open(path).read().strip())
		    ask = urllib.request.Request("http://127.0.0.1:%s/api/v1/series/staff/enrolments" % sys.argv[1], body.encode(), {"Content-Type": "application/json"})
		    assert urllib.request.urlopen(ask).status == 202
	P
}
