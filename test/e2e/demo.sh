#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# demo.sh: the demo, small: what it prints, what it leaves, what it refuses, and that an interrupted one says so
. "$(dirname "$0")/lib.sh"

# count N FILE…: so many files are there
count() { holds "$(($# - 1)) files, not $1" test $(($# - 1)) = "$1"; }

case_ 'thirty people of three bodies sign, before the reader'
ok demo d --signers 30 --bodies 3
out_line '30 people from 3 bodies signed.'
out_has 'True if Public Service Union of Averane and Staff Council of Averane enrolled only real staff, each once. Their roll: 77 keys, 80 staff.'
out_has '(archives)'
out_has '(lighthouses)'
out_has '(mint)'
out_line "3 more signed and took it back."
out_line '  30 signers: met'
out_line '  3 bodies: met'
out_has 'no ring is above its share'
out_has 'undersigned verify d/demo.letter'
err_empty
# the lines that were typed, each on one
sed -e ':again' -e '/ \\$/{N;s/ \\\n */ /;t again' -e '}' "$OUT" >story
# story WHAT REGEX: a line of it
story() { holds "$1" grep -q -x -e "$2" story; }
# the days of the story, from the one of publication: midnight may come while this runs
OUT_DAY=$(sed -n 's/^\$ undersigned publication .* --on \([0-9-]*\) .*/\1/p' story)
day() { date -u -d "$OUT_DAY $1 days" +%F; }
LETTER_DAY=$(day -1) ANSWER_DAY=$(day +7) SUPPORT_DAY=$(day +9) CLARIFIED_DAY=$(day +11) LAST_DAY=$(day +77)
ID='[A-Za-z0-9_-]\{43\}'

case_ 'the commands stand there as a reader would type them, inside the folder'
story 'cd' '\$ cd d'
story 'key new' '\$ undersigned key new -o keys/mint-0001\.key --series staff --no-passphrase'
story 'roster new' "\\\$ undersigned roster new --series staff --name 'The Public Service of the Republic of Averane' --edition 1 --from .*"
story 'letter new' '\$ undersigned letter new letter\.ini .* --seal --link-out demo\.link'
story 'sign' '\$ undersigned sign demo\.letter --link-file demo\.link --key keys/[a-z]*-[0-9]*\.key --ring [a-z]* --yes >>signatures'
story 'what the signer is told' 'What your signature shows to everybody'
story 'add' '\$ undersigned add demo\.letter signatures'
story 'verify' '\$ undersigned verify demo\.letter'
holds 'too wide' sh -c '! grep -v -e "--text" -e "^True if" -e "no reply recorded" -e " undersigned verify d/" "$1" | grep -q -x ".\{101,\}"' sh "$OUT"

case_ 'the story has its acts, in their order'
grep -n -e '^(exit code 1)$' -e '^\$ undersigned \(letter new\|letter open\|press\|publication\|delivery\|party\|statement\|question\|vote\|withdraw\|site\|show press\|verify\)' story |
	sed -e 's/^[0-9]*:\$ undersigned //' -e 's/^[0-9]*://' -e 's/ demo\.letter.*//' -e 's/ letter\.ini.*//' >acts
cat >expected <<'ACTS'
letter new
letter open
(exit code 1)
press
verify press/demo.letter
show press/demo.letter
show press/demo.letter --link-file demo.link
letter open
publication
delivery
party
statement
statement
statement
question
vote
withdraw
verify
site
verify forged/1.letter
(exit code 1)
verify forged/2.letter
(exit code 1)
verify forged/3.letter
(exit code 1)
ACTS
holds "other acts: $(diff expected acts)" cmp -s expected acts

case_ 'sealed: half of them are too few to open it, and what is missing is said'
story 'refused' "undersigned: demo\\.letter: the letter's thresholds are not met: 15 of 30 people, [1-3] of 3 bodies\\."
story 'half' 'Added: 15 signatures\.'
story 'the rest' 'Added: 18 signatures\.'

case_ 'the newspaper: an embargo on every sheet, a number that verifies while the words are sealed, and the words with the link'
story 'kit' "\\\$ undersigned press demo\\.letter --link-file demo\\.link -o press --embargo $OUT_DAY"
story 'number' '33 people from 3 bodies signed\.'
story 'sealed' 'The words are sealed\. .*'
ok verify d/press/demo.letter --json
json '(j["sealed"], j["signers"], j["bodies"], j["withdrawn"]) == (True, 33, 3, 0)'
refused letter open d/press/demo.letter --words d/text.md -o nothing
ok show d/press/demo.letter --link-file d/demo.link
out_has 'On the reports of our inspectors'
ok show d/press/demo.letter
out_has_not 'On the reports of our inspectors'
holds 'embargo' grep -q -i 'embargo' d/press/press.html

case_ 'what it leaves: keys for their owners alone, nothing half-done'
cd d || exit 99
only about.txt authority bodies.csv demo.letter demo.link forged keys letter.ini press site staff.roster text.md
cd ..
mode d/keys 700
mode d/authority 700
mode d/demo.link 600
count 77 d/keys/*
count 6 d/authority/*
count 3 d/forged/*
for f in d/keys/* d/authority/*; do mode "$f" 600; done
mode d/demo.letter 644
holds 'about.txt' grep -q 'made by `undersigned demo`' d/about.txt
for f in d/[b-z]* d/authority; do holds "about.txt is silent on $f" grep -q -e "${f#d/}" d/about.txt; done
holds 'finished' sh -c '! grep -q UNFINISHED d/about.txt'
ok key show d/keys/mint-0001.key
ok roster show d/staff.roster --key d/keys/mint-0024.key
ok authority show d/authority/organiser-3.key
holds 'site' grep -q '30 people from 3 bodies' d/site/index.html

case_ 'the letter verifies, and says what the story said'
ok verify d/demo.letter
out_line '30 people from 3 bodies signed.'
ok verify d/demo.letter --json
json 'j["valid"] is True and (j["signers"], j["bodies"], j["withdrawn"], j["undisclosed"], j["keys"], j["headcount"]) == (30, 3, 3, 0, 77, 80)'
json 'j["sealed"] is False and j["thresholds_met"] is True and j["above_share"] == [] and j["dated_after_today"] == []'
json 'sorted(r["id"] for r in j["rings"]) == ["*", "archives", "lighthouses", "mint"] and all(r["signers"] >= 1 for r in j["rings"] if r["id"] != "*")'

case_ 'who answered what: an offer and two refusals with a key of its own, support that was clarified, an office that is silent'
ok show d/demo.letter --json
json 'len(j["words"]["demands"]) == 5 and [a["id"] for a in j["words"]["addressees"]] == ["minister", "office"]'
json "[(p['outlet'], p['on']) for p in j['publications']] == [('The Averane Courier', '$OUT_DAY')] and sorted((d['party'], d['on']) for d in j['deliveries']) == [('minister', '$OUT_DAY'), ('office', '$OUT_DAY')]"
json 'sorted((s["party"], s["demand"], s["stance"], s["authenticated"]) for s in j["stances"]) == [("minister", "archive", "rejects", True), ("minister", "publish", "counter", True), ("minister", "return", "rejects", True), ("sarn", "*", "supports", False), ("sarn", "account", "supports", False), ("sarn", "publish", "supports", False), ("sarn", "return", "none", False)]'
json "[(s['party'], s['on'], s['clarifies'] == j['statements'][1]['id']) for s in j['statements']] == [('minister', '$ANSWER_DAY', False), ('sarn', '$SUPPORT_DAY', False), ('sarn', '$CLARIFIED_DAY', True)]"
json 'sorted((w["party"], w["answered"]) for w in j["waits"]) == [("minister", True), ("office", False)] and [w["days"] for w in j["waits"] if w["party"] == "office"] in ([47], [48])'
json "j['words']['dated'] == '$LETTER_DAY' and j['closes'] == '$LAST_DAY'"
ok show d/demo.letter
sed -n '/^Who answered/,/^This copy/p' "$OUT" | grep -v '^This copy' >answers
while IFS= read -r line; do
	[ -z "$line" ] || holds "not in the story: $line" grep -q -x -F -e "$line" story
done <answers
holds 'no answers' test "$(wc -l <answers)" -gt 40

case_ 'the verdict: most have voted, who withdrew has not, and the tally stands beside the statement'
ok show d/demo.letter --json
json 'len(j["questions"]) == 1 and j["questions"][0]["about"] == j["statements"][0]["id"]'
json '0 < j["questions"][0]["tally"]["enough"] < j["questions"][0]["tally"]["not-enough"] and sum(j["questions"][0]["tally"].values()) == 22'
holds 'votes of others' test "$(grep -c '"type":"vote"' d/demo.letter)" = 22
story 'voted' ' *22 of 30 who signed have voted; open until .*'
story 'a vote' "\\\$ undersigned vote demo\\.letter --question $ID --choice [a-z-]* --key keys/[a-z]*-[0-9]*\\.key >>votes"

case_ 'each forgery is refused, for its own reason'
# refusal N LINE-AND-REASON: by verify, and in the story
refusal() {
	refused verify "d/forged/$1.letter"
	out_empty
	err_has "undersigned: d/forged/$1.letter: $2"
	holds "in the story: $1" grep -q -F "undersigned: forged/$1.letter: $2" story
	refused verify "d/forged/$1.letter" --json
	json 'j["valid"] is False'
}
last=$(wc -l <d/demo.letter)
refusal 1 "line $((last + 1)), member proof: the proof is wrong."
refusal 2 "line $((last + 1)), member tag: this tag has signed already."
words=$(grep -n '"type":"words"' d/demo.letter | cut -d: -f1)
refusal 3 "line $words: not the words that the letter names."

case_ 'the forgeries are the letter but for one line'
head -n "$last" d/forged/1.letter >start && same start d/demo.letter
head -n "$last" d/forged/2.letter >start && same start d/demo.letter
holds 'one line differs' test "$(diff d/demo.letter d/forged/3.letter | grep -c '^>')" = 1
# the second signature is a true one: on its own it would count
grep -v -e '"type":"withdrawal"' -e '"type":"vote"' d/demo.letter | grep -v "\"tag\":\"$(tail -n 1 d/forged/2.letter | grep -o '"tag":"[^"]*"' | cut -d'"' -f4)\"" >without
tail -n 1 d/forged/2.letter >>without
ok verify without

case_ 'members go on: who signed is told so, who did not may'
signed=d/$(sed -n 's/^\$ undersigned sign demo\.letter .*--key \(.*\) --ring .*/\1/p' story)
ok sign d/demo.letter --key "$signed" --yes
err_has 'stands in d/demo.letter already'
out_empty
voter=d/$(sed -n 's/^\$ undersigned vote demo\.letter .*--key \(.*\) >>votes/\1/p' story)
refused vote d/demo.letter --key "$voter" --question "$(sed -n 's/^\$ undersigned vote demo\.letter --question \([^ ]*\) .*/\1/p' story)" --choice not-enough
err_has 'you have voted on this question already'
taken=d/$(sed -n 's/^\$ undersigned withdraw demo\.letter --key \(.*\) >>.*/\1/p' story)
refused sign d/demo.letter --key "$taken" --yes
err_has 'withdrew'

case_ 'the summary says what verify says'
ok demo j --signers 21 --bodies 2 --json
err_empty
cp "$OUT" summary
ok verify j/demo.letter --json
cp "$OUT" verdict
python3 - summary verdict >differ.txt <<'PYTHON'
import json, sys
summary, verdict = (json.load(open(f)) for f in sys.argv[1:])
for name in ("bodies", "headcount", "keys", "letter", "lines", "rings", "roster", "questions", "signers", "stances", "thresholds_met", "undisclosed", "valid", "withdrawn"):
    if summary[name] != verdict[name]:
        print(name, summary[name], verdict[name])
if summary["file"] != "j/demo.letter" or [f["exit"] for f in summary["forged"]] != [1, 1, 1]:
    print(summary["file"], summary["forged"])
PYTHON
holds "$(cat differ.txt)" test ! -s differ.txt
cp summary "$OUT"
json '(j["signers"], j["bodies"], j["withdrawn"]) == (21, 2, 3)'
json '(j["link"], j["press"], j["site"], j["forged"][2]["file"]) == ("j/demo.link", "j/press", "j/site", "j/forged/3.letter")'
json '[f["reason"] for f in j["forged"]] == ["the proof is wrong", "this tag has signed already", "not the words that the letter names"]'

case_ 'the smallest one'
ok demo one --signers 1 --bodies 1
out_line '1 person from 1 body signed.'

case_ 'a folder that is no demo stays as it is'
mkdir mine && echo precious >mine/diary
usage demo mine --signers 2 --bodies 1
err_has 'no demo'
usage demo mine --signers 2 --bodies 1 --force
err_has 'no demo'
holds 'precious' grep -q precious mine/diary
count 1 mine/*
usage demo mine/diary --signers 2 --bodies 1
usage demo no/such/folder --signers 2 --bodies 1
absent no

case_ 'an earlier demo is replaced when told, and then whole'
cp d/demo.letter before
usage demo d --signers 2 --bodies 1
err_has '--force'
same d/demo.letter before
echo mine >d/keys/notes
usage demo d --signers 2 --bodies 1 --force
holds 'notes' grep -q mine d/keys/notes
rm d/keys/notes
echo mine >d/notes
usage demo d --signers 2 --bodies 1 --force
err_has 'something that no demo made: notes'
rm d/notes
for sub in press site; do
	echo mine >d/$sub/notes
	usage demo d --signers 2 --bodies 1 --force
	holds 'notes' grep -q mine d/$sub/notes
	rm d/$sub/notes
done
ok demo d --signers 2 --bodies 1 --force
differ d/demo.letter before
count 24 d/keys/*
ok verify d/demo.letter
out_line '2 people from 1 body signed.'
mkdir empty
ok demo empty --signers 2 --bodies 1

case_ 'what cannot be is refused before anything is made'
usage demo
usage demo x --signers 0
usage demo x --bodies 41
usage demo x --bodies 0
usage demo x --signers 2 --bodies 3
err_has 'as many signers as bodies'
usage demo x --signers 2000 --bodies 2
err_has 'not more than 80 %'
usage demo x y
absent x

case_ 'an interrupted demo exits 130, and its folder says that it is unfinished'
expect 130 sh -c ': an own shell, where signals are not ignored in the background
	"$1" demo i & demo=$!
	while [ ! -s i/keys/mint-0024.key ] && kill -0 $demo; do :; done
	kill -TERM $demo
	wait $demo' sh "$U" </dev/null
err_has 'i is unfinished'
holds 'about.txt' grep -q UNFINISHED i/about.txt
absent i/demo.letter
usage demo i --signers 2 --bodies 1
ok demo i --signers 2 --bodies 1 --force
holds 'about.txt' sh -c '! grep -q UNFINISHED i/about.txt'

done_testing
