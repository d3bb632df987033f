"""Prints each alert of Outcry that is told, once: time, state, service, headline. Ends on Ctrl-C or SIGTERM.

pip install -r requirements.txt && BROKERS=localhost:9092 GROUP=my-team python3 consumer.py
"""
import json
import os
import signal
from collections import OrderedDict

from confluent_kafka import Consumer

consumer = Consumer({
    "bootstrap.servers": os.environ.get("BROKERS", "localhost:9092"),
    "group.id": os.environ.get("GROUP", "outcry-example"),
    "isolation.level": "read_committed",  # what an aborted transaction left is never seen
    "auto.offset.reset": "earliest",
    "enable.auto.offset.store": False,  # an offset counts once its alert is dealt with
})
seen = OrderedDict()
running = True


def stop(*_):
    global running
    running = False


def repeated(alert_id):
    """Whether this id was here before, among the last 10,000."""
    if alert_id in seen:
        return True
    seen[alert_id] = True
    if len(seen) > 10_000:
        seen.popitem(last=False)
    return False


for one in (signal.SIGINT, signal.SIGTERM):
    signal.signal(one, stop)
consumer.subscribe(["outcry.alerts"])
try:
    while running:
        message = consumer.poll(0.5)
        if message is None:
            continue
        if message.error():
            raise SystemExit(str(message.error()))
        headers = {name: value.decode() for name, value in message.headers()}
        # what is linked to another alert, or only noted, is nobody's news
        if headers.get("ce_told") != "false" and not repeated(headers["ce_id"]):
            alert = json.loads(message.value())
            print(headers["ce_time"], alert["incident"]["state"], alert["service"]["id"], alert["headline"], flush=True)
        consumer.store_offsets(message)
finally:
    consumer.close()
