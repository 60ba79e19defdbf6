# shellcheck shell=sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# town.sh: an invented institution for e2e tests, small enough to make in a second. After lib.sh: . "$HERE/town.sh"; town
#
# Two organisers (o1, o2), two registrars (r1, r2), bodies harbour, mint and works of six members each (harbour-1.key … works-6.key) and post of two, in the
# series town, edition 1: staff.roster, signed by both registrars. Keys have no passphrase. Days: $FROM ≤ today ≤ $CLOSES < $ENDS < $UNTIL.

# day N: today plus N days
day() { date -u -d "@$(($(date +%s) + $1 * 86400))" +%F; }
FROM=$(day -30) CLOSES=$(day 30) ENDS=$(day 200) UNTIL=$(day 300)

MEMBERS=
for body in harbour mint works; do for n in 1 2 3 4 5 6; do MEMBERS="$MEMBERS $body-$n"; done; done
MEMBERS="$MEMBERS post-1 post-2"

# public FILE: the public key of an authority
public() { "$U" authority show "$1" | grep -o -E '[A-Za-z0-9_-]{43}' | head -n 1; }

authorities() {
	for who in o1 o2 r1 r2; do "$U" authority new -o $who --no-passphrase >/dev/null 2>&1 || return 1; done
}

# members EDITION: keys and their enrolment lines
members() {
	for m in $MEMBERS; do
		"$U" key new -o "$m.key" --series town --edition "$1" --no-passphrase >/dev/null 2>&1 || return 1
		"$U" key enrol "$m.key" --body "${m%-*}" --editions 3 >"$m.enrol" 2>/dev/null || return 1
	done
}

bodies() { printf '%s\n' 'id,name,headcount' 'harbour,The Harbour,8' 'mint,The Mint,7' 'post,The Post,2' 'works,Public Works,6' >bodies.csv; }

# roster EDITION FROM UNTIL FILE: of the enrolments, signed by both registrars
roster() {
	"$U" roster new --series town --name 'The town' --edition "$1" --from "$2" --until "$3" --bodies bodies.csv --enrolments ./*.enrol -o "$4" >/dev/null 2>&1 &&
		"$U" cosign "$4" --authority r1 >/dev/null 2>&1 && "$U" cosign "$4" --authority r2 >/dev/null 2>&1
}

# ini [SED…]: LETTER.ini on standard output, edited by the expressions
ini() {
	set -- -e '' "$@"
	sed "$@" <<-INI
		; a letter of the town
		[letter]
		title = On the harbour; and the road
		text = text.md                  ; beside this file
		language = en
		dated = $(day 0)
		contact = press@example.org     ; where an answer reaches the organisers
		replaces =                      ; id of an earlier letter
		[addressees]
		mayor = The Mayor
		mayor.key =                     ; optional
		[demands]
		d1 = Open the harbour; now.
		d2 = Mend the road.
		[organisers]
		quorum = 2                      ; default: a majority
		$(public o1) = Works Council | https://example.org/keys
		$(public o2) = Harbour Union | +00 5550 100
		[registrars]
		quorum = 2
		$(public r1) = Registry | https://example.org/registry
		$(public r2) = Staff Court
		[rules]
		rings = either                  ; body | roster | either
		min_ring = 4
		max_share = 70                  ; percent of a body's ring
		max_share_all = 90              ; percent of all
		roster = grows                  ; fixed | grows
		release = 3
		signers = 5                     ; thresholds
		bodies = 2
		closes = $CLOSES
		ends = $ENDS
	INI
}

town() {
	authorities && members 1 && bodies && roster 1 "$FROM" "$UNTIL" staff.roster &&
		printf 'We ask you to *act*.\n\nNow, and not later.\n' >text.md && ini >letter.ini
}

# letter NAME [OPTION…]: NAME.letter of letter.ini, signed by both organisers
letter() {
	name=$1
	shift
	"$U" letter new letter.ini --roster staff.roster -o "$name.letter" --authority o1 "$@" >"$name.link" 2>/dev/null &&
		"$U" cosign "$name.letter" --authority o2 2>/dev/null
}

# signed LETTER MEMBER RING FILE: without asking
signed() { "$U" sign "$1" --key "$2.key" --ring "$3" --yes -o "$4" </dev/null 2>/dev/null; }
