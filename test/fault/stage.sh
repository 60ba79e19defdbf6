# SPDX-License-Identifier: AGPL-3.0-or-later
# stage.sh: for sweep.py: in an empty folder, all that the commands of commands.txt work on ($U is the program)
. "$(dirname "$0")/../e2e/town.sh"

town
letter open
letter closed --seal --link-out link
signed open.letter harbour-1 harbour s1
signed open.letter mint-1 '*' s2
signed open.letter works-1 works s3
"$U" question open.letter --text 'Will it do?' --choice yes=Yes --choice no=No --closes "$CLOSES" --authority o1 -o question 2>/dev/null
"$U" cosign question --authority o2 2>/dev/null
cp open.letter signed.letter
"$U" add signed.letter s1 s2 s3 question 2>/dev/null
"$U" show signed.letter --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["questions"][0]["id"])' >question.id
printf '%s\n' '[translation]' 'language = fr' 'title = Le port' 'text = text.md' '[demands]' 'd1 = Un' 'd2 = Deux' >fr.ini
"$U" letter new letter.ini --roster staff.roster -o fresh.letter --authority o1 --seal --link-out fresh.link 2>/dev/null
"$U" translation fresh.letter fr.ini --link-file fresh.link --authority o1 -o fr 2>/dev/null && "$U" cosign fr --authority o2 2>/dev/null
cp fresh.letter unsealed.letter
"$U" letter seal fresh.letter fr --link-file fresh.link --authority o1 2>/dev/null
cp signed.letter life.letter
"$U" delivery life.letter --on "$(day -2)" --authority o1 -o d 2>/dev/null && "$U" statement life.letter --party mayor --on "$(day -1)" --text No \
	--stance d1=rejects --authority o1 -o s 2>/dev/null
"$U" cosign d --authority o2 2>/dev/null && "$U" cosign s --authority o2 2>/dev/null && "$U" add life.letter d s 2>/dev/null
rm d s
cp staff.roster unsigned.roster
"$U" roster new --series town --name 'The town' --edition 1 --from "$FROM" --until "$UNTIL" --bodies bodies.csv --enrolments ./*.enrol \
	-o unsigned.roster --force >/dev/null 2>&1
"$U" letter new letter.ini --roster staff.roster -o half.letter --authority o1 2>/dev/null
"$U" bundle signed.letter --ring harbour -o bundle 2>/dev/null
"$U" key new -o me.key --series town --no-passphrase --show-code >code.said 2>&1
grep -h -o -E '([a-z2-7]{4}-){9}[a-z2-7]{4}' code.said >code
printf 'correct horse\n' >passphrase
"$U" key new -o locked.key --series town --passphrase-file passphrase >/dev/null 2>&1
ssh-keygen -q -t ed25519 -N 'correct horse' -C '' -f id
ssh-keygen -q -t rsa -b 1024 -N '' -C '' -f rsa
for who in 1 2; do ssh-keygen -q -t ed25519 -N '' -C '' -f other$who; done
mkdir keys
cp id.pub keys/ann.keys && cp other1.pub keys/bob.keys && cp other2.pub keys/cem.keys && cat rsa.pub >keys/dan.keys
printf 'harbour,The Harbour,4\n' >ssh.csv
rm -f post-*.key harbour-[3-6].key mint-[2-6].key works-[2-6].key code.said rsa rsa.pub other1* other2* ./*.pub
"$U" book new -o b.book --series town --name 'The town' --bodies bodies.csv --no-passphrase 2>/dev/null
printf 'body,name\nharbour,Ann\nmint,Bob\nworks,\n' >people.csv
for body in harbour mint works; do "$U" book issue b.book --body $body --count 3 >/dev/null 2>&1; done
"$U" invite b.book -o cards.html 2>/dev/null
python3 "$(dirname "$0")/../e2e/enrolled.py" cards.html town 1=harbour-1.enrol 2=harbour-2.enrol 4=mint-1.enrol 7=works-1.enrol >first
"$U" book import b.book first >/dev/null 2>&1
"$U" book build b.book --edition 1 --from "$FROM" --until "$UNTIL" --with-ledger -o base.roster >/dev/null 2>&1
"$U" cosign base.roster --authority r1 2>/dev/null && "$U" cosign base.roster --authority r2 2>/dev/null
"$U" book report b.book --ledger base.roster --number 7 --draw 3 -o opened
ini -e 's/^min_ring.*/min_ring = 2/; s/^release.*/release = 2/; s/^signers.*/signers = 2/; s/^bodies.*/bodies = 0/' >grows.ini
"$U" letter new grows.ini --roster base.roster -o grows.letter --authority o1 2>/dev/null && "$U" cosign grows.letter --authority o2 2>/dev/null
python3 "$(dirname "$0")/../e2e/enrolled.py" cards.html town 3=harbour-3.enrol 5=mint-2.enrol 8=works-2.enrol >second
"$U" book import b.book second >/dev/null 2>&1
python3 "$(dirname "$0")/../e2e/enrolled.py" cards.html town 6=mint-3.enrol >enrolled
cp works-3.enrol one
cat ./*.enrol >enrolments
rm -f ./*.enrol
mkdir served
cp signed.letter served/our
printf '{"kept":true}\n' >served/submissions
ini -e 's/^quorum = 2/quorum = 1/; s/^title.*/title = Alone/' >alone.ini
"$U" letter new alone.ini --roster staff.roster -o alone.letter --authority o1 --seal --link-out alone.l 2>/dev/null
"$U" verify alone.letter --json >served/alone
printf '{"dropped":true}\n' >served/drop
printf '{"added":1,"known":0}\n' >served/records
python3 "$(dirname "$0")/../e2e/enrolled.py" cards.html town 6=one >served/collections
