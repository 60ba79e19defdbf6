#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# audit.sh: the journalist's draw: the same whoever draws, opened by the registrar, checked against the roll
. "$(dirname "$0")/lib.sh"
. "$HERE/town.sh"

# audit.py ROLL NUMBER K [OPENED]: the draw as spec/cards.md §7 says it, made again; the entries, checked again. Prints the places drawn.
cat >"$W/audit.py" <<'P'
import base64, hashlib, json, sys
b = lambda s: base64.urlsafe_b64decode(s + "=" * (-len(s) % 4))
h = lambda *p: hashlib.sha256(b"".join(p)).digest()
core = lambda r: json.dumps({k: v for k, v in r.items() if k != "signatures"}, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
lines = [json.loads(l) for l in open(sys.argv[1], encoding="utf-8")]
rosters = [r for r in lines if r["type"] == "roster"]
keys = []  # (roster, index, key)
for r in lines:
    if r["type"] == "roster":
        at, index = h(core(r)), 0
    if r["type"] == "keys":
        k = b(r["keys"])
        for i in range(0, len(k), 32):
            keys.append((at, index, k[i:i + 32]))
            index += 1
seed = h(b"undersigned/1 audit\0", h(core(rosters[-1])), int(sys.argv[2]).to_bytes(8, "big"))
drawn, c, n = [], 0, len(keys)
while len(drawn) < int(sys.argv[3]):
    v = int.from_bytes(h(seed, c.to_bytes(8, "big"))[:8], "big")
    c += 1
    if v < (2 ** 64 - 1) // n * n and v % n not in drawn:
        drawn.append(v % n)
if len(sys.argv) > 4:
    roots = {h(core(r)): (b(r["ledger"]), sum(1 for k in keys if k[0] == h(core(r)))) for r in rosters}
    opened = [json.loads(l) for l in open(sys.argv[4], encoding="utf-8")]
    assert sorted((b(e["roster"]), e["index"], b(e["key"])) for e in opened) == sorted(keys[d] for d in drawn)
    for e in opened:
        root, count = roots[b(e["roster"])]
        r, i, last, path = h(b"\0", b(e["salt"]), b(e["key"]), e["name"].encode()), e["index"], count - 1, b(e["path"])
        for p in (path[k:k + 32] for k in range(0, len(path), 32)):
            if i % 2 or i == last:
                r = h(b"\1", p, r)
                while i and i % 2 == 0:
                    i, last = i // 2, last // 2
            else:
                r = h(b"\1", r, p)
            i, last = i // 2, last // 2
        assert r == root and last == 0
print(*drawn)
P
places() { python3 -c 'import json, sys; print(*[d["place"] for d in json.load(open(sys.argv[1]))["drawn"]])' "$OUT" >places; }

case_ 'a roll with a ledger, and a wave'
holds 'the town cannot be made' town || done_testing
printf 'body,name\nharbour,Ann\nharbour,Bob\nmint,Cem\nmint,Ann\nworks,Eve\n' >people.csv
ok book new -o town.book --series town --name 'The town' --bodies bodies.csv --no-passphrase
ok book issue town.book people.csv
ok book issue town.book --body works --count 5
ok invite town.book -o cards.html
python3 "$HERE/enrolled.py" cards.html town 1=harbour-1.enrol 2=harbour-2.enrol 3=mint-1.enrol 4=mint-2.enrol 5=works-1.enrol 6=works-2.enrol 7=works-3.enrol >first
ok book import town.book first
ok book build town.book --edition 1 --from "$FROM" --until "$UNTIL" --with-ledger -o base.roster
for who in r1 r2; do ok cosign base.roster --authority $who; done
ini -e 's/^min_ring.*/min_ring = 2/; s/^release.*/release = 2/; s/^signers.*/signers = 0/; s/^bodies.*/bodies = 0/' >letter.ini
ok letter new letter.ini --roster base.roster -o a.letter --authority o1
ok cosign a.letter --authority o2
python3 "$HERE/enrolled.py" cards.html town 8=works-4.enrol 9=works-5.enrol >second
ok book import town.book second
ok book build town.book --extends base.roster --letter a.letter --with-ledger -o wave.roster
for who in r1 r2; do ok cosign wave.roster --authority $who; done
ok add a.letter wave.roster

case_ 'what can be said before: how it goes, or that it cannot'
ok audit a.letter
out_has '9 keys stand on this roll'
out_has 'undersigned audit a.letter --number N --draw 59'
ok audit base.roster
out_has '7 keys stand on this roll'
refused audit staff.roster
err_has 'this roster has no ledger, so the roll cannot be audited by a draw'
err_has '--with-ledger'
refused book report town.book --ledger staff.roster --number 1
err_has 'has no ledger'
usage audit a.letter --draw 3
err_has '--number N is missing.'
usage audit a.letter --opened x
usage audit a.letter --number 1 --invented 1
for n in -1 1.5 x 9007199254740992 ''; do usage audit a.letter --number "$n"; done
usage audit a.letter --number 1 --draw 10
usage audit a.letter --number 1 --draw 0

case_ 'the draw: the same for everybody, another for another number or roll; more goes on after fewer'
for n in 0 7 4711 9007199254740991; do
	ok audit a.letter --number $n --draw 4 --json
	places
	expect 0 python3 "$W/audit.py" a.letter $n 4
	same "$OUT" places
done
ok audit a.letter --number 7 --draw 9 --json
places
expect 0 python3 "$W/audit.py" wave.roster 7 9
same "$OUT" places
holds 'more goes on after fewer' test "$(cut -d ' ' -f 1-4 places)" = "$(python3 "$W/audit.py" a.letter 7 4)"
ok audit base.roster --number 7 --draw 4 --json
places
expect 0 python3 "$W/audit.py" base.roster 7 4
same "$OUT" places
ok audit a.letter --number 7 --draw 4
out_has '4 drawn by the number 7'
out_has 'The registrars open these'

case_ 'opened by the registrar, and checked'
ok book report town.book --ledger wave.roster --number 7 --draw 4 -o opened
mode opened 600
expect 0 python3 "$W/audit.py" a.letter 7 4 opened
ok audit a.letter --number 7 --draw 4 --opened opened
out_has 'All 4 are opened, and each stands in the ledger that the roll names.'
out_has '4 clean of 4: fewer than 52.8 % of the 9 keys are invented, at 95 % confidence.'
for name in $(python3 -c 'import json; print(*[json.loads(l)["name"].replace(" ", "") for l in open("opened")])'); do
	holds "not named: $name" eval 'tr -d " " <"$OUT" | grep -q -e "$name"'
done
ok book report town.book --ledger wave.roster --number 7 --draw 9 -o all
expect 0 python3 "$W/audit.py" a.letter 7 9 all
ok audit a.letter --number 7 --draw 9 --opened all
out_has 'BEWARE: these names stand behind more than one of the keys drawn.'
out_line '  Ann'
out_has 'the whole roll was drawn, and 0 of its keys are invented.'
refused audit a.letter --number 7 --draw 4 --opened opened --invented 1
out_has '3 clean of 4: fewer than'
out_has 'That invented keys stand on it at all, the draw has shown.'
refused audit a.letter --number 7 --draw 4 --opened opened --invented 1 --json
json 'j["invented"] == 1 and j["opened"] == 4 and j["keys"] == 9 and 0 < j["bound_tenths"] <= 1000 and all(d["opened"] for d in j["drawn"])'
usage audit a.letter --number 7 --draw 4 --opened opened --invented 5

case_ 'entries that are false, foreign or missing'
head -n 3 opened >short
refused audit a.letter --number 7 --draw 4 --opened short
out_has '1 of 4 were not opened: they count as invented.'
out_has 'NOT OPENED'
out_has '3 clean of 4'
refused audit a.letter --number 8 --draw 4 --opened opened
refused audit base.roster --number 7 --draw 4 --opened opened
err_has 'an entry that was not drawn'
cat opened opened >twice
refused audit a.letter --number 7 --draw 4 --opened twice
err_has 'line 5: this entry stands above already.'
while read -r edit want; do
	sed "1$edit" opened >false
	refused audit a.letter --number 7 --draw 4 --opened false
	err_has "$(printf '%s' "$want" | tr '~' ' ')"
done <<'EDITS'
s/"name":"/"name":"x/ line~1,~member~path:~not~the~ledger~that~the~roster~names
s/"salt":"..../"salt":"AAAA/ member~path:~not~the~ledger
s/"path":".\{43\}/"path":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/ line~1
s/"path":"[^"]*"/"path":""/ member~path:~not~the~ledger
s/"key":"..../"key":"AAAA/ member~key:~not~the~ledger
s/"roster":"..../"roster":"AAAA/ an~entry~that~was~not~drawn
s/,"salt"/,\x20"salt"/ line~1
s/"index"/"indez"/ line~1
s/$/\x20/ line~1
EDITS
printf '%s' "$(cat opened)" >cut
refused audit a.letter --number 7 --draw 4 --opened cut
: >empty
refused audit a.letter --number 7 --draw 4 --opened empty
usage audit a.letter --number 7 --draw 4 --opened nowhere
refused book report town.book --ledger a.letter --slot 1
usage book report town.book --ledger wave.roster --number 7 --slot 1
usage book report town.book --ledger wave.roster --draw 4
usage book report town.book --number 4
sed '1s/"ledger":"..../"ledger":"AAAA/' base.roster >false.roster
refused book report town.book --ledger false.roster --number 7

done_testing
