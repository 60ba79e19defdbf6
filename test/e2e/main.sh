#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# main.sh: a small institution from its first key to the votes on an answer, through the commands that people use
. "$(dirname "$0")/lib.sh"
. "$HERE/town.sh"
: "${UND_VECTORS:=$HERE/../vectors}"

case_ 'an institution comes to be'
holds 'the town cannot be made' town || done_testing
ok roster show staff.roster

case_ 'letter new: lacks a signature, and says whose'
ok letter new letter.ini --roster staff.roster -o a.letter --authority o1
err_has 'The letter has 1 of 2 signatures; Harbour Union must sign it too.'
err_has 'with --ring BODY: tell people.'
out_empty
ok show a.letter
out_has 'A draft: the letter has 1 of 2 signatures'
refused verify a.letter
err_has 'fewer organisers signed than their quorum'
refused sign a.letter --key harbour-1.key --yes
usage letter new letter.ini --roster staff.roster -o a.letter --authority o1
err_has 'exists'

case_ 'cosign: completes it, once; others have no role'
cp a.letter before
refused cosign a.letter --authority r1
err_has 'not the key of an organiser'
same a.letter before
ok cosign a.letter --authority o2
err_has 'The letter has all the signatures it needs.'
cp a.letter complete
ok cosign a.letter --authority o2
err_has 'stands there already'
same a.letter complete
usage cosign a.letter --authority harbour-1.key
ok verify a.letter
out_line 'Nobody has signed.'

case_ 'sign: says what it reveals, and asks'
usage sign a.letter --key harbour-1.key --ring harbour
err_has 'there is no terminal to ask on'
err_has 'On the harbour; and the road'
err_has 'With you 1 of 6 will have signed (any one of them: 17 %).'
err_has 'one of the 6 of The Harbour'
err_has "$ENDS"
out_empty

case_ 'sign: into a file, or standard output; advises the ring that hides better'
ok sign a.letter --key harbour-1.key --ring harbour --yes -o s1
err_has 'delete it here'
mode s1 600
out_empty
ok sign a.letter --key harbour-2.key --yes
cp "$OUT" s2
err_has 'one of all 20 on the roster'
err_has 'hides you better'
holds 'in the ring of all' grep -q '"ring":"\*"' s2
usage sign a.letter --key harbour-1.key --yes -o s1
refused sign a.letter --key harbour-1.key --ring mint --yes -o s3
err_has 'can sign in the ring harbour'
absent s3

case_ 'sign: rings below min_ring are refused, and no other is tried'
refused sign a.letter --key post-1.key --ring post --yes -o s3
err_has 'smaller than min_ring'
absent s3
ok sign a.letter --key post-1.key --yes -o post1
holds 'in the ring of all' grep -q '"ring":"\*"' post1

case_ 'add: a batch, sorted by tag; once'
for m in mint-1 mint-2 works-1; do holds "$m cannot sign" signed a.letter $m ${m%-*} s-$m; done
cp a.letter before
ok add a.letter s1 s2 post1 s-mint-1 s-mint-2 s-works-1
err_has 'Added: 6 signatures.'
err_has_not 'warning'
tail -n 6 a.letter | grep -o '"tag":"[^"]*"' >tags
python3 - <<'P' >sorted || holds 'tags are not sorted' false
import base64, sys
t = [base64.urlsafe_b64decode(l.split('"')[3] + '=') for l in open('tags')]
sys.exit(t != sorted(t))
P
holds 'appended only' cmp -s -n "$(stat -c %s before)" before a.letter
ok verify a.letter --json
json 'j["signers"] == 6 and j["bodies"] == 3 and j["undisclosed"] == 2 and j["thresholds_met"]'
ok verify a.letter
holds headline test "$(head -n 1 "$OUT")" = '6 people from 3 bodies signed.'
out_has 'True if Registry and Staff Court enrolled only real staff, each once. Their roll: 20 keys, 23 staff.'
out_has '2 of 6 (any one of them: 33 %)'
out_has_not 'BEWARE'
out_has '5 signers: met'
out_has '2 bodies: met'
cp a.letter after
ok add a.letter s1 post1
err_has 'Already there: 2.'
same a.letter after

case_ 'sign again: yours already stands'
ok sign a.letter --key harbour-1.key --ring '*' --yes
err_has 'stands in a.letter already'
out_empty

case_ 'add: a small batch gets a warning; a full ring is refused, with nothing half-added'
holds 'mint-3 cannot sign' signed a.letter mint-3 mint s-mint-3
holds 'mint-4 cannot sign' signed a.letter mint-4 mint s-mint-4
holds 'mint-5 cannot sign' signed a.letter mint-5 mint s-mint-5
refused add a.letter s-mint-3 s-mint-4 s-mint-5
err_has 'above its share'
same a.letter after
ok add a.letter s-mint-3 s-mint-4
err_has 'warning: a batch of 2 signatures'
refused sign a.letter --key mint-5.key --ring mint --yes -o full
err_has 'full'
absent full
ok sign a.letter --key mint-5.key --yes
err_has 'one of all 20'

case_ 'withdraw: once, and never again'
ok withdraw a.letter --key works-1.key -o w1
err_has 'votes of that signature no longer count'
ok add a.letter w1
ok withdraw a.letter --key works-1.key -o w2
err_has 'withdrawn already'
absent w2
refused sign a.letter --key works-1.key --yes
err_has 'cannot be made again'
refused withdraw a.letter --key works-2.key -o w2
err_has 'no signature of yours in this copy'
ok verify a.letter
out_line "1 more signed and took it back."

case_ 'a signature and its withdrawal in one batch leave no trace'
holds 'works-2 cannot sign' signed a.letter works-2 works s-works-2
ok bundle a.letter --ring works -o works.bundle
ok withdraw works.bundle --key works-2.key -o w-works-2
cp a.letter before
ok add a.letter w-works-2 s-works-2
err_has 'Left out: 2 records'
same a.letter before

case_ 'bundle: enough to sign, not to verify'
ok sign works.bundle --key works-3.key --yes -o b1
err_has 'is not in this bundle'
refused sign works.bundle --key works-3.key --ring '*' --yes -o b2
refused sign works.bundle --key mint-6.key --yes -o b2
err_has 'not in this bundle'
absent b2
refused verify works.bundle
ok add a.letter b1
ok bundle a.letter --ring '*' -o all.bundle
ok verify all.bundle
out_has 'a signing bundle: others may hold signatures'
ok sign all.bundle --key works-4.key --ring '*' --yes -o b2
refused bundle a.letter --ring nowhere -o no.bundle
absent no.bundle

case_ 'question and vote'
ok question a.letter --text 'Is the answer enough?' --choice yes=Yes --choice no='No, not yet' --closes "$ENDS" --authority o1 -o q
err_has 'It has 1 of 2 signatures; Harbour Union must sign it too.'
ID=$(grep -o -E '[A-Za-z0-9_-]{43}' "$ERR" | head -n 1)
refused add a.letter q
err_has 'fewer organisers signed than their quorum'
ok cosign q --authority o2
ok add a.letter q q
err_has 'Already there: 1'
ok vote a.letter --question "$ID" --choice no --key harbour-1.key -o v1
err_has 'Is the answer enough?'
ok vote a.letter --question "$ID" --choice yes --key mint-1.key -o v2
ok vote a.letter --question "$ID" --choice yes --key mint-2.key -o v3
refused vote a.letter --question "$ID" --choice perhaps --key mint-1.key -o v4
err_has 'No, not yet'
refused vote a.letter --question "$ID" --choice yes --key works-1.key -o v4
refused vote a.letter --question "$ID" --choice yes --key works-5.key -o v4
absent v4
ok add a.letter v1 v2 v3
err_has 'Added: 3 votes.'
ok verify a.letter --json
json 'j["questions"] == [{"id": "'"$ID"'", "tally": {"no": 1, "yes": 2}}]'
holds 'works-5 cannot sign' signed a.letter works-5 works k-works-5
holds 'harbour-5 cannot sign' signed a.letter harbour-5 harbour k-harbour-5
holds 'harbour-6 cannot sign' signed a.letter harbour-6 harbour k-harbour-6
for who in works-5 harbour-5 harbour-6; do # bundles: they cannot tell that the signature still waits
	ok bundle a.letter --ring ${who%-*} -o ask.bundle --force
	ok withdraw ask.bundle --key $who.key -o w-$who
	ok vote ask.bundle --question "$ID" --choice yes --key $who.key -o v-$who
done
cp a.letter before
ok add a.letter v-works-5 w-harbour-5 k-harbour-5 v-harbour-5 k-harbour-6 w-works-5 v-harbour-6 k-works-5
err_has 'Added: 1 signature.'
err_has 'Added: 1 vote.'
err_has 'Left out: 6 records'
cp before a.letter
ok vote a.letter --question "$ID" --choice no --key harbour-1.key -o v4
err_has 'Your vote stands'
refused vote a.letter --question "$ID" --choice yes --key harbour-1.key -o v4
absent v4
ok show a.letter
out_has 'Is the answer enough?'
out_has '67 %'
refused question a.letter --text x --choice a=1 --choice b=2 --closes "$UNTIL" --authority o1
refused question a.letter --text x --choice a=1 --choice b=2 --closes "$ENDS" --authority r1
usage question a.letter --text x --choice a=1 --closes "$ENDS" --authority o1

case_ 'sealed: nothing without the link; opened when the thresholds are met'
ok letter new letter.ini --roster staff.roster -o c.letter --authority o1 --seal --link-out c.link
err_has 'sealed'
mode c.link 600
cp c.link link.before
usage letter new letter.ini --roster staff.roster -o c2.letter --authority o1 --seal --link-out c.link --force
err_has 'a link is never replaced'
same c.link link.before
absent c2.letter
ok cosign c.letter --authority o2
ok verify c.letter
out_has 'The words are sealed'
holds 'the words are in it' eval '! grep -q harbour.and c.letter'
ok show c.letter
out_has 'The words are sealed.'
ok show c.letter --link-file c.link
out_has 'Mend the road.'
usage sign c.letter --key harbour-1.key --ring harbour --yes -o x1
err_has '--link-file'
for m in harbour-1 harbour-2 mint-1 mint-2 works-1; do
	ok sign c.letter --key $m.key --ring ${m%-*} --link-file c.link --yes -o x-$m
	err_has 'Mend the road.'
done
refused letter open c.letter --link-file c.link --authority o1 -o c.words
err_has 'thresholds are not met: 0 of 5 people, 0 of 2 bodies'
absent c.words
ok letter open c.letter --link-file c.link --early --authority o1 -o early.words
ok add c.letter x-*
ok letter open c.letter --link-file c.link --authority o1 -o c.words
err_has 'has 1 of 2 signatures'
same early.words c.words
ok cosign c.words --authority o2
ok add c.letter c.words
ok verify c.letter --json
json 'j["valid"] and not j["sealed"] and j["signers"] == 5'
ok show c.letter
out_has 'Mend the road.'
ok sign c.letter --key works-2.key --ring works --yes -o x6
refused letter open c.letter --link-file c.link -o again.words
ok letter new letter.ini --roster staff.roster -o d.letter --authority o1 --seal
holds 'a link of 43 characters' grep -q -x -E '[A-Za-z0-9_-]{43}' "$OUT"

case_ 'copies that went apart become one again'
cp a.letter one.letter
cp a.letter two.letter
holds 'works-5 cannot sign' signed a.letter works-5 works s-works-5
holds 'works-6 cannot sign' signed a.letter works-6 '*' s-works-6
ok add one.letter s-works-5
ok add two.letter s-works-6
cp two.letter other.letter
ok add one.letter two.letter
err_has 'Merged: 1 line came in.'
ok add other.letter one.letter
ok verify one.letter --json
json 'j["signers"] == 10'
cp "$OUT" state
ok verify other.letter --json
same "$OUT" state
same one.letter other.letter
refused add one.letter c.letter
err_has 'copies of different letters'
same one.letter other.letter

case_ 'a wave: newcomers sign among themselves'
mkdir late
for n in 7 8 9 10; do
	ok key new -o works-$n.key --series town --edition 1 --no-passphrase
	ok key enrol works-$n.key --body works --editions 1 -o late/works-$n.enrol
done
ok roster new --extends staff.roster --bodies bodies.csv --enrolments late/*.enrol -o wave.roster
refused add a.letter wave.roster
err_has 'fewer registrars signed'
ok cosign wave.roster --authority r1
ok cosign wave.roster --authority r2
refused sign a.letter --key works-7.key --yes
cp a.letter before
ok add a.letter wave.roster
err_has 'Added: 1 roster.'
err_has 'Added: 1 list of keys.'
ok sign a.letter --key works-7.key --ring works --yes -o n7
err_has 'one of the 4 of Public Works'
ok sign a.letter --key works-8.key --ring '*' --yes -o n8
err_has 'one of all 4'
ok add a.letter n7 n8
ok verify a.letter
out_has 'of the 4 people admitted after the opening'
out_has 'BEWARE: more keys than staff.'
ok verify a.letter --json
WAVE=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["roster"])' "$OUT")
json 'len(j["rings"]) == 7 and j["keys"] == 24 and j["rings"][6]["keys"] == 4 and j["rings"][6]["signers"] == 1'
ok bundle a.letter --ring works --roster "$WAVE" -o wave.bundle
ok sign wave.bundle --key works-9.key --yes -o n9
ok add a.letter n9
refused sign a.letter --key works-10.key --ring works --yes
err_has 'full'
ok add a.letter n7 n9
err_has 'Already there: 2.'

case_ 'two waves in one place: both are named, and nothing is merged'
ok key new -o mint-7.key --series town --edition 1 --no-passphrase
ok key enrol mint-7.key --body mint --editions 1 -o late/mint-7.enrol
ok roster new --extends staff.roster --bodies bodies.csv --enrolments late/*.enrol -o other.roster
ok cosign other.roster --authority r1
ok cosign other.roster --authority r2
cp before other.letter
ok add other.letter other.roster
cp a.letter mine
refused add a.letter other.letter
err_has 'double dealing'
err_has 'a.letter, line'
err_has 'other.letter, line'
err_has 'signed by Registry and Staff Court'
same a.letter mine
refused add a.letter other.roster
same a.letter mine

case_ 'records of organisers: in any order, not before their day'
LIFE=$UND_VECTORS/letters/valid-life.letter
grep -v -E '"type":"(publication|delivery|statement|party|question|vote|notice|translation)"' "$LIFE" >life.letter
grep '"type":"publication"' "$LIFE" >life.publication
grep -E '"type":"(statement|party|question|vote)"' "$LIFE" | sort -r >life.rest
cp life.letter life
expect 1 on 2027-01-31 "$U" add life.letter life.publication </dev/null
err_has 'line 1, member on: dated 2027-02-01, and today is 2027-01-31.'
same life.letter life
expect 0 on 2027-02-01 "$U" add life.letter life.publication </dev/null
expect 0 on 2027-02-20 "$U" add life.letter life.rest life.publication </dev/null
err_has 'Already there: 1.'
err_has 'Added: 15 votes.'
expect 0 on 2027-02-20 "$U" verify life.letter --json </dev/null
json 'j["statements"] == 3 and j["questions"][0]["tally"] == {"no": 11, "yes": 4}'
json 'len(j["dated_after_today"]) == 0'
expect 0 on 2027-02-02 "$U" verify life.letter </dev/null
out_has 'Lines dated after today (2027-02-02):'
expect 0 on 2027-07-02 "$U" add life.letter life.rest </dev/null
err_has 'life.letter is as it was.'
expect 1 on 2027-03-02 "$U" add life life.rest </dev/null
err_has 'a vote, and the last day for it was 2027-03-01'

case_ 'trust: the names that the reader gives to keys'
printf '%s = My union\n%s = Works Council\n' "$(public o2)" "$(public r1)" >trust
ok verify a.letter --trust trust
out_has 'in your list: My union'
out_has 'not in your list'
out_has 'BEWARE: your list gives this name to another key'
printf 'abc = My union\n' >trust
usage verify a.letter --trust trust
err_has 'trust: line 1'

done_testing
