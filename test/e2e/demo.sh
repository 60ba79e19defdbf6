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
out_line "1 more signed and took it back."
out_line '  30 signers: met'
out_line '  3 bodies: met'
out_has 'no ring is above its share'
out_has 'undersigned verify d/demo.letter'
err_empty
cp "$OUT" story

case_ 'the commands stand there as a reader would type them'
holds 'key new' grep -q '^\$ undersigned key new -o d/keys/[a-z]*-0001\.key --series staff --no-passphrase$' story
holds 'roster new' grep -q "^\\\$ undersigned roster new --series staff --name 'The Public Service of the Republic of Averane' --edition 1 --from" story
holds 'sign' grep -q '^\$ undersigned sign d/demo\.letter --key d/keys/[a-z]*-[0-9]*\.key --ring [a-z]* --yes >>signatures$' story
holds 'what the signer is told' grep -q '^    | What your signature shows to everybody$' story
holds 'add' grep -q -x '\$ undersigned add d/demo.letter d/signatures' story
holds 'verify' grep -q -x '\$ undersigned verify d/demo.letter' story

case_ 'what it leaves: keys for their owners alone, nothing half-done'
cd d || exit 99
only about.txt authority bodies.csv demo.letter forged keys letter.ini staff.roster text.md
cd ..
mode d/keys 700
mode d/authority 700
count 77 d/keys/*
count 5 d/authority/*
count 3 d/forged/*
for f in d/keys/* d/authority/*; do mode "$f" 600; done
mode d/demo.letter 644
holds 'about.txt' grep -q 'made by `undersigned demo`' d/about.txt
holds 'finished' sh -c '! grep -q UNFINISHED d/about.txt'
ok key show d/keys/mint-0001.key
ok roster show d/staff.roster --key d/keys/mint-0024.key
ok authority show d/authority/organiser-3.key

case_ 'the letter verifies, and says what the story said'
ok verify d/demo.letter
out_line '30 people from 3 bodies signed.'
ok verify d/demo.letter --json
json 'j["valid"] is True and (j["signers"], j["bodies"], j["withdrawn"], j["undisclosed"], j["keys"], j["headcount"]) == (30, 3, 1, 0, 77, 80)'
json 'j["thresholds_met"] is True and j["above_share"] == [] and j["dated_after_today"] == []'
json 'sorted(r["id"] for r in j["rings"]) == ["*", "archives", "lighthouses", "mint"] and all(r["signers"] >= 1 for r in j["rings"] if r["id"] != "*")'

case_ 'each forgery is refused, for its own reason'
# refusal N LINE-AND-REASON: by verify, and in the story
refusal() {
	refused verify "d/forged/$1.letter"
	out_empty
	err_has "undersigned: d/forged/$1.letter: $2"
	holds "in the story: $1" grep -q -F "d/forged/$1.letter: $2" story
	refused verify "d/forged/$1.letter" --json
	json 'j["valid"] is False'
}
last=$(wc -l <d/demo.letter)
refusal 1 "line $((last + 1)), member proof: the proof is wrong."
refusal 2 "line $((last + 1)), member tag: this tag has signed already."
words=$(grep -n '"type":"words"' d/demo.letter | cut -d: -f1)
refusal 3 "line $words: not the words that the letter names."
holds 'the reasons stand once each' test "$(grep -c '^(exit code 1)$' story)" = 3

case_ 'the forgeries are the letter but for one line'
head -n "$last" d/forged/1.letter >start && same start d/demo.letter
head -n "$last" d/forged/2.letter >start && same start d/demo.letter
holds 'one line differs' test "$(diff d/demo.letter d/forged/3.letter | grep -c '^>')" = 1
# the second signature is a true one: on its own it would count
grep -v '"type":"withdrawal"' d/demo.letter | grep -v "\"tag\":\"$(tail -n 1 d/forged/2.letter | grep -o '"tag":"[^"]*"' | cut -d'"' -f4)\"" >without
tail -n 1 d/forged/2.letter >>without
ok verify without

case_ 'members go on: who signed is told so, who did not may'
signed=$(sed -n 's/^\$ undersigned sign d\/demo\.letter --key \(.*\) --ring .*/\1/p' story)
ok sign d/demo.letter --key "$signed" --yes
err_has 'stands in d/demo.letter already'
out_empty
taken=$(sed -n 's/^\$ undersigned withdraw d\/demo\.letter --key \(.*\) -o .*/\1/p' story)
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
for name in ("bodies", "headcount", "keys", "letter", "lines", "rings", "roster", "signers", "thresholds_met", "undisclosed", "valid", "withdrawn"):
    if summary[name] != verdict[name]:
        print(name, summary[name], verdict[name])
if summary["file"] != "j/demo.letter" or [f["exit"] for f in summary["forged"]] != [1, 1, 1]:
    print(summary["file"], summary["forged"])
PYTHON
holds "$(cat differ.txt)" test ! -s differ.txt
cp summary "$OUT"
json '(j["signers"], j["bodies"], j["withdrawn"]) == (21, 2, 1)'
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
