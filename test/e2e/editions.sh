#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# editions.sh: two editions of one town: enrolled ahead, signed, advanced, signed again; what was signed cannot be told from what is left
. "$(dirname "$0")/lib.sh"
. "$HERE/town.sh"

PROBE=${UND_TAG_PROBE:?path of tag_probe}
# as if everything happened on that day
at() {
	DAY=$1
	shift
	expect 0 on "$DAY" "$U" "$@" </dev/null
}
refused_at() {
	DAY=$1
	shift
	expect 1 on "$DAY" "$U" "$@" </dev/null
}
# tags FILE: of its records; id FILE: of its letter
tags() { grep -o '"tag":"[^"]*"' "$1" | cut -d'"' -f4; }
id() { "$U" verify --json "$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["letter"])'; }
# a letter on ROSTER that closes and ends on these days: made NAME ROSTER CLOSES ENDS, on the day $DAY
made() {
	ini -e "s/^closes = .*/closes = $3/" -e "s/^ends = .*/ends = $4/" -e "s/^dated = .*/dated =/" >"$1.ini"
	at "$DAY" letter new "$1.ini" --roster "$2" -o "$1.letter" --authority o1
	at "$DAY" cosign "$1.letter" --authority o2
}

case_ 'the keys of three editions are enrolled at once; two rosters are made of them'
DAY=2027-01-04
holds 'no authorities' authorities
holds 'no members' on $DAY sh -c '. "$0/town.sh"; U=$1; members 1' "$HERE" "$U"
bodies
printf 'We ask.\n' >text.md
holds 'no first roster' roster 1 2027-01-01 2027-12-31 first.roster
holds 'no second roster' roster 2 2028-01-01 2028-12-31 second.roster
ok roster show first.roster --key harbour-1.key
out_has 'Your key is on this roster'

case_ 'edition 1: a letter is signed'
made old first.roster 2027-03-31 2027-12-31
for m in harbour-1 harbour-2 mint-1 works-1; do at 2027-02-01 sign old.letter --key $m.key --ring ${m%-*} --yes -o old-$m; done
at 2027-02-01 add old.letter old-*
ok verify old.letter --json
json 'j["signers"] == 4'
tags old-harbour-1 >old.tag

case_ 'whoever has the key file then can tell'
expect 0 "$PROBE" harbour-1.key "$(id old.letter)"
out_line "$(cat old.tag)"
cp "$OUT" probed
expect 0 "$PROBE" harbour-2.key "$(id old.letter)"
holds 'a tag of another' eval '! grep -q -x -F -e "$(cat old.tag)" "$OUT"'

case_ 'advance: not while the edition runs; then for all, and the past is erased'
cp harbour-1.key seized
refused_at 2027-06-01 key advance harbour-1.key --to 2 --roster first.roster
same harbour-1.key seized
for m in $MEMBERS; do at 2028-01-02 key advance $m.key --to 2 --roster first.roster; done
differ harbour-1.key seized
rm seized

case_ 'what is left on disk computes no old tag'
for f in *; do
	"$PROBE" "$f" "$(id old.letter)" >"$W/probe" 2>/dev/null || continue
	holds "$f still tells" eval '! grep -q -x -F -e "$(cat old.tag)" "$W/probe"'
done
expect 0 "$PROBE" harbour-1.key "$(id old.letter)"
holds 'the probe probes nothing' test "$(wc -l <"$OUT")" = 40

case_ 'the old letter is silent, and still counts'
refused_at 2028-01-02 sign old.letter --key harbour-3.key --yes
err_has 'belongs to edition 1; your key has moved on to edition 2.'
err_has 'The letter is silent now'
refused_at 2028-01-02 sign old.letter --key harbour-1.key --yes
err_has 'silent'
err_has_not 'already'
refused_at 2028-01-02 withdraw old.letter --key harbour-1.key
err_has 'silent'
ok verify old.letter
out_has '4 people from 3 bodies signed.'
refused_at 2027-03-01 sign old.letter --key harbour-1.key --yes
err_has 'silent'

case_ 'edition 2: the same members sign again, with keys enrolled a year before'
DAY=2028-01-03
made new second.roster 2028-03-31 2028-12-31
for m in harbour-1 harbour-2 mint-1 works-1; do at 2028-02-01 sign new.letter --key $m.key --ring ${m%-*} --yes -o new-$m; done
at 2028-02-01 add new.letter new-*
ok verify new.letter --json
json 'j["signers"] == 4 and j["bodies"] == 3'
tags new-harbour-1 >new.tag
differ old.tag new.tag
expect 0 "$PROBE" harbour-1.key "$(id new.letter)"
out_line "$(cat new.tag)"
at 2028-02-02 sign new.letter --key harbour-1.key --yes
err_has 'stands in new.letter already'

case_ 'a key that lags behind is told to advance; a letter cannot outlive its edition'
at 2027-01-04 key new -o lagging.key --series town --no-passphrase
refused_at 2028-02-01 sign new.letter --key lagging.key --yes
err_has 'is at edition 1; the letter is of edition 2.'
err_has 'key advance'
ini -e 's/^closes = .*/closes = 2027-06-30/' -e 's/^ends = .*/ends = 2028-01-01/' -e 's/^dated = .*/dated =/' >late.ini
refused_at 2027-02-01 letter new late.ini --roster first.roster -o late.letter --authority o1
err_has 'the roster ends on 2027-12-31'
absent late.letter

done_testing
