"""The work of `bench iac` in Python: prints CPU seconds, peak bytes and what else is measured."""

import json
import random
import resource
import sys
import time

job, path = sys.argv[1:3]
more = []

if job == "state":
    began = time.process_time()
    with open(path, encoding="utf-8") as file:
        state = json.load(file)
    found = {}
    for entry in state["resources"]:
        for instance in entry["instances"]:
            attributes = instance["attributes"]
            found[attributes["arn"]] = (entry["type"], entry["name"], attributes.get("tags"))
    took = time.process_time() - began
elif job == "changes":
    known = {f"sg-{number:017x}": f"aws_security_group.g{number}" for number in range(100_000)}
    with open(path, encoding="utf-8") as file:
        events = [json.loads(line) for line in file]
    began = time.process_time()
    outside = {}
    for event in events:
        if event["readOnly"]:
            continue
        address = known.get(event["requestParameters"]["groupId"])
        agent = event["userAgent"].lower()
        kind = "iac" if "terraform" in agent else "console" if "console" in agent else "script"
        key = (event["userIdentity"]["arn"], event["eventName"], kind)
        outside.setdefault(key, []).append((event["eventTime"], address))
    for writes in outside.values():
        writes.sort()
    took = time.process_time() - began
else:
    import networkx

    numbers = random.Random(11)
    keys = [f"arn:aws:ec2:eu-west-1:111122223333:instance/i-{n:017x}" for n in range(100_000)]
    edges = [
        (numbers.randrange(100_000), numbers.randrange(100_000), numbers.randrange(1_000_000))
        for _ in range(1_000_000)
    ]
    began = time.process_time()
    graph = networkx.MultiDiGraph()
    for start, end, begin in edges:
        graph.add_edge(keys[start], keys[end], begin=begin, end=begin + 333_333)
    took = time.process_time() - began
    times = []
    for _ in range(1_000):
        node = keys[numbers.randrange(100_000)]
        began = time.perf_counter()
        seen, border = {node}, [node]
        for _ in range(3):
            following = []
            for held in border:
                if held not in graph:
                    continue
                for _, to, edge in graph.out_edges(held, data=True):
                    if edge["begin"] <= 500_000 < edge["end"] and to not in seen:
                        seen.add(to)
                        following.append(to)
            border = following
        times.append((time.perf_counter() - began) * 1e6)
    times.sort()
    more = [times[500], times[990]]

peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(took, peak, *more)
