#!/usr/bin/env bash
# An hour of made-up EVE markets, offline: `./dev demo` plays it, and the suite does.
# usage: demo.sh BIN HOME   (the folder of the built programs; the folder to leave the warehouse in)
set -euo pipefail

bin=$1
mkdir -p "$2"
export ESIWH_HOME=$2 PATH=$bin:$PATH

# The sandbox's clock stands until it is moved, and esiwh's follows it.
start=2026-09-27T12:00:00Z
later=2026-09-27T12:30:00Z
end=2026-09-27T13:00:00Z

esi-sandbox --size "${ESIWH_DEMO_SIZE:-tiny}" --seed 1 --start "$start" --still --url-file "$ESIWH_HOME/url" >/dev/null &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true; rm -f "$ESIWH_HOME/url"' EXIT
for _ in $(seq 200); do
    [ -s "$ESIWH_HOME/url" ] && break
    sleep 0.05
done
url=$(cat "$ESIWH_HOME/url")

say() { printf '\n# %s\n' "$*"; }
run() {
    printf '\n$'
    printf ' %s' "${@@Q}" | sed -E "s/'([-A-Za-z0-9_.,:=\/]+)'/\1/g"
    printf '\n'
    "$@"
}
move_clock() {
    curl --silent --fail --output /dev/null --data "{\"set\": \"$1\"}" "$url/control/clock"
    export ESIWH_NOW=$1
}

cat >"$ESIWH_HOME/esiwh.yaml" <<YAML
# The demo's world is $url, gone when the demo has ended. You are its character 90000001.
esi: { url: $url }
regions: [10000002]
owners: { characters: [90000001], corporations: [98000001], orders: [5900000001, 5900000002] }
YAML

say "It is noon. A first look at The Forge: its order book, its public contracts with their items, and what they mention."
move_clock "$start"
run esiwh ingest

say "The rules' first run is a baseline: what fires already is listed, and nobody is told."
run esiwh rules run contract-outbid

say "Half an hour later. Only what has expired is asked for again, and only what changed is written."
move_clock "$later"
run esiwh ingest
run esiwh rules run --quiet --format ndjson >/dev/null

say "One o'clock."
move_clock "$end"
run esiwh ingest

say "A Rifter's best prices now"
run esiwh query best-prices --param type_id=587

say "and the same report as of noon:"
run esiwh query best-prices --param type_id=587 --as-of "$start"

say "What changed in between, order by order:"
run esiwh diff market_orders --from "$start" --to "$end" --where 'type_id = 587'

say "Which of your contracts are outbid? By whom, and how much?"
run esiwh rules run contract-outbid

say "And your market orders?"
run esiwh rules run order-undercut

say "What fires and lasts is an alert, told once:"
run esiwh alerts list
