#!/bin/sh
# Prints each alert of Outcry that is told, once, from the first one on: time, state, service, headline. Needs kcat and jq.
#   BROKERS=localhost:9092 sh kcat.sh
kcat -C -b "${BROKERS:-localhost:9092}" -t outcry.alerts -o beginning -X isolation.level=read_committed -J -u -q |
  jq -nr --unbuffered '
    def header($name): .headers | .[index($name) + 1];
    foreach inputs as $record ({};
      ($record | header("ce_id")) as $id | .new = (.seen[$id] | not) | .seen[$id] = true;
      if .new then $record else empty end)
    | select((.headers | index("ce_told")) as $at | $at == null or .headers[$at + 1] != "false")
    | [header("ce_time"), (.payload | fromjson | .incident.state, .service.id, .headline)] | join(" ")'
