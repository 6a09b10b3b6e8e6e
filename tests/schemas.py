"""Validates what `nepho parse --as` writes against the published schemas: every event of OCSF
against the JSON schema of its class, version and profiles; every line of OTLP against the messages
of the protocol, where an unknown field or a value of another type is an error.

usage: schemas.py EVENTS.ocsf.ndjson LINES.otlp.ndjson
"""

import base64
import collections
import json
import os
import sys

import jsonschema
import ocsf_json_schema
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2

MOST_TOLD = 20


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


class Ocsf:
    """Validators of the classes, made when they are first asked for."""

    def __init__(self):
        self.schemas = {}
        self.validators = {}

    def validator(self, event):
        metadata = event["metadata"]
        version = metadata["version"]
        profiles = metadata.get("profiles", [])
        key = (version, event["class_uid"], *profiles)
        if key not in self.validators:
            if version not in self.schemas:
                folder = os.path.dirname(ocsf_json_schema.__file__)
                with open(f"{folder}/ocsf/{version}.json", encoding="utf-8") as file:
                    schema = ocsf_json_schema.OcsfJsonSchema(json.load(file))
                self.schemas[version] = ocsf_json_schema.OcsfJsonSchemaEmbedded(schema)
            schema = self.schemas[version]
            name = schema.lookup_class_name_from_uid(event["class_uid"])
            schema = schema.get_class_schema(name, profiles)
            self.validators[key] = jsonschema.Draft202012Validator(schema)
        return self.validators[key]


def check_ocsf(path):
    ocsf = Ocsf()
    faults = collections.Counter()
    count = 0
    for event in lines(path):
        count += 1
        for error in ocsf.validator(event).iter_errors(event):
            place = "/".join(str(part) for part in error.absolute_path)
            where = event["metadata"]["log_name"]
            faults[f"{where}: {event['class_name']} {place}: {error.message[-200:]}"] += 1
    return count, faults


def check_otlp(path):
    faults = collections.Counter()
    count = 0
    for request in lines(path):
        for group in request["resourceLogs"]:
            for scope in group["scopeLogs"]:
                for record in scope["logRecords"]:
                    count += 1
                    # Ids are hexadecimal in this protocol, and base64 for the library.
                    for name in ("traceId", "spanId"):
                        if name in record:
                            told = bytes.fromhex(record[name])
                            record[name] = base64.b64encode(told).decode()
        try:
            read = json_format.ParseDict(request, logs_service_pb2.ExportLogsServiceRequest())
        except json_format.ParseError as error:
            faults[str(error)] += 1
            continue
        for group in read.resource_logs:
            check_names(group.resource.attributes, faults)
            for scope in group.scope_logs:
                for record in scope.log_records:
                    check_names(record.attributes, faults)
                    if len(record.trace_id) not in (0, 16) or len(record.span_id) not in (0, 8):
                        faults["an id has another length than the protocol says"] += 1
    return count, faults


def check_names(attributes, faults):
    """The data model asks for keys that stand there once."""
    names = collections.Counter(attribute.key for attribute in attributes)
    for name, count in names.items():
        if count > 1:
            faults[f"attribute {name} stands there {count} times"] += 1


def main():
    is_valid = True
    for name, check, path in (
        ("OCSF", check_ocsf, sys.argv[1]),
        ("OTLP", check_otlp, sys.argv[2]),
    ):
        count, faults = check(path)
        print(f"{name}: {count} rows, {sum(faults.values())} faults")
        for fault, times in faults.most_common(MOST_TOLD):
            print(f"  {times} x {fault}", file=sys.stderr)
        is_valid &= count > 0 and not faults
    sys.exit(not is_valid)


if __name__ == "__main__":
    main()
