"""Makes a small history on an empty MLflow server, through its REST API alone, and records what the server then answers to reads.

python3 record.py http://127.0.0.1:5000 answers.jsonl
"""

import json
import struct
import sys
import urllib.error
import urllib.request

BASE = sys.argv[1].rstrip("/")
V2, V3 = "/api/2.0/mlflow", "/api/3.0/mlflow"
T0 = 1_750_000_000_000


def send(method, path, body=None, raw=None, headers=None):
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def call(method, path, body=None, **options):
    status, text = send(method, path, body, **options)
    assert status == 200, f"{method} {path}: {status} {text}"
    return json.loads(text) if text.startswith("{") else text


def post(path, body, version=V2):
    return call("POST", version + path, body)


# --- OTLP by hand: length-delimited fields and fixed numbers are all that it takes.
def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, payload):
    payload = payload.encode() if isinstance(payload, str) else payload
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def attribute(key, value):
    return field(1, key) + field(2, field(1, value))


def span(trace, number, parent, name, start, end, status, attributes):
    return b"".join([
        field(1, bytes.fromhex(trace)),
        field(2, number.to_bytes(8, "big")),
        field(4, parent.to_bytes(8, "big")) if parent else b"",
        field(5, name),
        varint(7 << 3 | 1) + struct.pack("<Q", start * 1_000_000),
        varint(8 << 3 | 1) + struct.pack("<Q", end * 1_000_000),
        *[field(9, attribute(key, value)) for key, value in attributes.items()],
        field(15, varint(3 << 3) + varint(status)),
    ])


def otlp(experiment, spans):
    scope = b"".join(field(2, item) for item in spans)
    body = field(1, field(2, scope))
    call("POST", "/v1/traces", raw=body, headers={"Content-Type": "application/x-protobuf", "x-mlflow-experiment-id": experiment})


def experiments():
    tags = [{"key": "desk", "value": "rates"}, {"key": "mlflow.note.content", "value": "Zinskurve, täglich"}]
    rates = post("/experiments/create", {"name": "rates/curve é", "tags": tags})["experiment_id"]
    fx = post("/experiments/create", {"name": "fx", "artifact_location": "s3://bucket/fx"})["experiment_id"]
    gone = post("/experiments/create", {"name": "gone"})["experiment_id"]
    post("/runs/create", {"experiment_id": gone, "run_name": "of a deleted experiment", "start_time": T0})
    post("/experiments/delete", {"experiment_id": gone})
    return rates, fx, gone


def runs(rates, fx):
    def run(experiment, name, start, tags=()):
        body = {"experiment_id": experiment, "run_name": name, "start_time": start, "user_id": "ana", "tags": [{"key": k, "value": v} for k, v in tags]}
        return post("/runs/create", body)["run"]["info"]["run_id"]

    best = run(rates, "tcn-1", T0 + 1000, [("mlflow.source.name", "train.py"), ("stage", "keeps é")])
    curve = [{"key": "loss", "value": 1 / (step + 1), "timestamp": T0 + 1000 + step, "step": step} for step in range(60)]
    odd = [
        {"key": "odd", "value": "NaN", "timestamp": T0, "step": 2},
        {"key": "odd", "value": "Infinity", "timestamp": T0, "step": 1},
        {"key": "odd", "value": "-Infinity", "timestamp": T0, "step": 0},
        {"key": "before the first", "value": -0.5, "timestamp": T0, "step": -1},
        {"key": "auc", "value": 0.75, "timestamp": T0 + 9, "step": 0},
    ]
    parameters = [{"key": "lr", "value": "0.001"}, {"key": "layers of", "value": "8, 16"}, {"key": "empty", "value": ""}, {"key": "long", "value": "x" * 900}]
    post("/runs/log-batch", {"run_id": best, "metrics": curve + odd, "params": parameters})
    dataset = {"name": "sp500", "digest": "d1", "source_type": "local", "source": "{}", "schema": '{"mlflow_colspec": []}', "profile": '{"num_rows": 5}'}
    other = {"name": "Überprüfung", "digest": "D_2", "source_type": "http", "source": '{"url": "https://data.example/x"}'}
    inputs = [{"dataset": dataset, "tags": [{"key": "mlflow.data.context", "value": "train"}]}, {"dataset": other}]
    post("/runs/log-inputs", {"run_id": best, "datasets": inputs})
    child = run(rates, "child", T0 + 2000, [("mlflow.parentRunId", best)])
    post("/runs/log-metric", {"run_id": child, "key": "auc", "value": "NaN", "timestamp": T0, "step": 0})
    post("/runs/update", {"run_id": child, "status": "FAILED", "end_time": T0 + 3000})
    deleted = run(rates, "deleted", T0 + 2500)
    post("/runs/delete", {"run_id": deleted})
    other_desk = run(fx, "hmm", T0 + 500)
    post("/runs/log-metric", {"run_id": other_desk, "key": "auc", "value": 0.5, "timestamp": T0, "step": 0})
    post("/runs/set-tag", {"run_id": other_desk, "key": "soon", "value": "gone"})
    post("/runs/delete-tag", {"run_id": other_desk, "key": "soon"})
    post("/runs/update", {"run_id": best, "status": "FINISHED", "end_time": T0 + 9000})
    return [best, child, deleted, other_desk]


def logged_models(rates, run):
    made = []
    for name, kind in (("tcn", "onnx"), ("tcn é", None), ("pending", "onnx")):
        body = {"experiment_id": rates, "name": name, "source_run_id": run, "params": [{"key": "epochs", "value": "3"}], "tags": [{"key": "desk", "value": "rates"}]}
        made.append(post("/logged-models", {**body, **({"model_type": kind} if kind else {})})["model"]["info"]["model_id"])
    metrics = [
        {"key": "auc", "value": 0.75, "timestamp": T0, "step": 0, "model_id": made[0], "dataset_name": "sp500", "dataset_digest": "d1"},
        {"key": "auc", "value": 0.5, "timestamp": T0 + 1, "step": 1, "model_id": made[0]},
        {"key": "auc", "value": 0.25, "timestamp": T0, "step": 0, "model_id": made[1]},
    ]
    post("/runs/log-batch", {"run_id": run, "metrics": metrics})
    post("/runs/outputs", {"run_id": run, "models": [{"model_id": made[0], "step": 3}]})
    post("/runs/log-inputs", {"run_id": run, "models": [{"model_id": made[1]}]})
    for model in made[:2]:
        call("PATCH", f"{V2}/logged-models/{model}", {"model_id": model, "status": "LOGGED_MODEL_READY"})
    call("PATCH", f"{V2}/logged-models/{made[1]}/tags", {"model_id": made[1], "tags": [{"key": "note", "value": "größer"}]})
    return made


def registry(run):
    for url, events in (("https://hooks.example/a", [("MODEL_VERSION", "CREATED"), ("REGISTERED_MODEL", "CREATED")]), ("https://hooks.example/b", [("MODEL_VERSION_ALIAS", "CREATED")])):
        body = {"name": url[-1], "url": url, "events": [{"entity": entity, "action": action} for entity, action in events], "status": "DISABLED", "secret": "not a real one"}
        post("/webhooks", body)
    post("/registered-models/create", {"name": "regime", "description": "märkte", "tags": [{"key": "owner", "value": "ana"}]})
    for source in ("s3://bucket/regime/1", "s3://bucket/regime/2", "s3://bucket/regime/3", "s3://bucket/regime/4"):
        body = {"name": "regime", "source": source, "run_id": run, "tags": [{"key": "validated", "value": source[-1]}], "description": "version " + source[-1]}
        post("/model-versions/create", body)
    for version, stage in (("1", "Archived"), ("2", "Production"), ("3", "Staging")):
        post("/model-versions/transition-stage", {"name": "regime", "version": version, "stage": stage, "archive_existing_versions": False})
    call("DELETE", V2 + "/model-versions/delete", {"name": "regime", "version": "4"})
    post("/registered-models/alias", {"name": "regime", "alias": "champion", "version": "2"})
    post("/registered-models/alias", {"name": "regime", "alias": "next", "version": "3"})
    post("/registered-models/create", {"name": "empty é"})
    prompt = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]
    post("/registered-models/create", {"name": "greeting", "tags": prompt})
    post("/model-versions/create", {"name": "greeting", "source": "dummy-source", "tags": [*prompt, {"key": "mlflow.prompt.text", "value": "Hello {{name}}"}]})


def traces(rates, run):
    def start(number, state, duration, tags=None, metadata=None, previews=("in", "out")):
        trace = {
            "trace_id": f"tr-{number:032x}", "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": rates}},
            "request_time": f"2025-06-15T15:0{number}:00.5Z", "state": state, "tags": tags or {}, "trace_metadata": metadata or {},
            "request_preview": previews[0], "response_preview": previews[1], "client_request_id": f"req-{number}",
        }
        if duration:
            trace["execution_duration"] = duration
        return post("/traces", {"trace": {"trace_info": trace}}, V3)["trace"]["trace_info"]["trace_id"]

    session = {"mlflow.trace.session": "s1"}
    first = start(1, "OK", "1.5s", {"mlflow.traceName": "checkout", "team": "a é"}, {**session, "mlflow.sourceRun": run, "mlflow.trace.tokenUsage": '{"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}'})
    second = start(2, "ERROR", "0.020s", {"mlflow.traceName": "checkout"}, session)
    third = start(3, "IN_PROGRESS", None)
    otel = "0123456789abcdef0123456789abcdef"
    otlp(rates, [
        span(otel, 1, 0, "ask é", T0, T0 + 40, 1, {"mlflow.spanType": json.dumps("LLM"), "mlflow.spanInputs": '{"question": "why"}', "mlflow.spanOutputs": '"because"'}),
        span(otel, 2, 1, "look up", T0 + 5, T0 + 20, 2, {"mlflow.spanType": json.dumps("RETRIEVER"), "model": "gpt"}),
    ])
    source = {"source_type": "HUMAN", "source_id": "ana"}

    def assess(trace, name, value, **more):
        body = {"assessment": {"assessment_name": name, "trace_id": trace, "source": source, **value, **more}}
        return post(f"/traces/{trace}/assessments", body, V3)["assessment"]["assessment_id"]

    old = assess(first, "correct", {"feedback": {"value": False}})
    made = [
        (first, old),
        (first, assess(first, "correct", {"feedback": {"value": True}}, overrides=old, rationale="looked again, höher")),
        (first, assess(first, "score", {"feedback": {"value": 0.5}}, metadata={**session, "round": "2"})),
        (first, assess(first, "labels", {"feedback": {"value": ["a", "b"]}})),
        (second, assess(second, "judged", {"feedback": {"error": {"error_code": "RATE_LIMIT", "error_message": "later"}}})),
        (second, assess(second, "answer", {"expectation": {"value": "forty-two é"}})),
        (second, assess(second, "facts", {"expectation": {"serialized_value": {"serialization_format": "JSON_FORMAT", "value": '{"a": [1, 2]}'}}})),
    ]
    issue = post("/issues", {"experiment_id": rates, "name": "slow", "description": "takes long", "severity": "high", "root_causes": ["disk"], "categories": ["latency"]}, V3)["issue"]["issue_id"]
    made.append((second, assess(second, issue, {"issue": {"issue_name": "slow"}}, rationale="20 ms")))
    call("PATCH", f"{V3}/traces/{third}/tags", {"key": "late", "value": "yes"})
    post("/traces/link-to-run", {"trace_ids": [third], "run_id": run})
    return [first, second, third, "tr-" + otel], made, issue


def evaluation(rates):
    dataset = post("/datasets/create", {"name": "questions", "experiment_ids": [rates], "tags": json.dumps({"team": "a"})}, V3)["dataset"]["dataset_id"]
    records = [
        {"inputs": {"question": "why"}, "expectations": {"answer": "because"}, "tags": {"level": "1"}},
        {"inputs": {"question": "wie groß"}, "expectations": {}, "source": {"source_type": "HUMAN", "source_data": {"user_name": "ana"}}},
    ]
    post(f"/datasets/{dataset}/records", {"dataset_id": dataset, "records": json.dumps(records)}, V3)
    scorer = {"name": "tone", "experiment_id": rates, "serialized_scorer": json.dumps({"name": "tone", "mlflow_version": "3.11", "serialization_version": 1})}
    post("/scorers/register", scorer, V3)
    post("/scorers/register", scorer, V3)
    return dataset


def reads(ids):
    rates, fx, gone, all_runs, models, all_traces, assessments, issue, dataset = ids
    from urllib.parse import quote, urlencode

    def get(path, prefix=V2, **query):
        return "GET", prefix + path + ("?" + urlencode(query, doseq=True) if query else ""), None

    for experiment in ("0", rates, fx, gone):
        yield get("/experiments/get", experiment_id=experiment)
    yield get("/experiments/get-by-name", experiment_name="rates/curve é")
    for view in ("ACTIVE_ONLY", "DELETED_ONLY", "ALL"):
        yield "POST", V2 + "/experiments/search", {"max_results": 100, "view_type": view}
    yield "POST", V2 + "/experiments/search", {"max_results": 100, "filter": "tags.desk = 'rates' AND name LIKE 'rates%'"}
    for run in all_runs:
        yield get("/runs/get", run_id=run)
        for key in ("loss", "odd", "before the first", "auc"):
            yield get("/metrics/get-history", run_id=run, metric_key=key, max_results=25000)
    yield get("/metrics/get-history", run_id=all_runs[0], metric_key="loss", max_results=7)
    yield "GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?" + urlencode({"run_ids": all_runs[:2], "metric_key": "loss", "max_results": 10}, doseq=True), None
    yield "GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk?" + urlencode({"run_id": all_runs, "metric_key": "auc"}, doseq=True), None
    yield "POST", "/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": [rates, fx]}
    searches = [
        {"run_view_type": "ALL"}, {"filter": "metrics.auc > 0.7"}, {"filter": "dataset.name = 'sp500' AND dataset.context = 'train'"}, {"filter": "params.`layers of` LIKE '8%'"},
        {"order_by": ["metrics.auc DESC"]}, {"order_by": ["metrics.odd ASC", "tags.stage"]}, {"max_results": 2}, {"filter": "attributes.status IN ('x')"},
    ]
    for search in searches:
        yield "POST", V2 + "/runs/search", {"experiment_ids": [rates, fx], "max_results": 100, **search}
    for model in models:
        yield get(f"/logged-models/{model}")
    for search in ({}, {"filter": "metrics.auc > 0.4"}, {"order_by": [{"field_name": "metrics.auc", "ascending": False}]}, {"filter": "name LIKE 'tcn%'"}):
        yield "POST", V2 + "/logged-models/search", {"experiment_ids": [rates], **search}
    for name in ("regime", "empty é", "greeting", "none"):
        yield get("/registered-models/get", name=name)
        yield get("/registered-models/get-latest-versions", name=name)
    for query in ({}, {"filter": "tags.`mlflow.prompt.is_prompt` = 'true'"}, {"filter": "name ILIKE 'REG%'", "order_by": "timestamp DESC"}):
        yield get("/registered-models/search", **query)
        yield get("/model-versions/search", **{key: value for key, value in query.items() if key != "order_by"})
    for version in "1234":
        yield get("/model-versions/get", name="regime", version=version)
        yield get("/model-versions/get-download-uri", name="regime", version=version)
    for alias in ("champion", "next", "none"):
        yield get("/registered-models/alias", name="regime", alias=alias)
    yield get("/webhooks")
    for trace in all_traces:
        yield get(f"/traces/{trace}", V3)
        yield get(f"/traces/{trace}/info")
    yield get("/traces/get", V3, trace_id=all_traces[-1])
    yield "POST", V3 + "/traces/batchGetInfos", {"trace_ids": all_traces}
    locations = [{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": rates}}]
    filters = [None, "trace.status = 'ERROR'", "tags.team LIKE 'a%'", "span.name = 'look up' AND span.status = 'ERROR'", f"attributes.run_id = '{all_runs[0]}'", "feedback.correct = 'true'", "feedback.score = '0.5'", f"issue.id = '{issue}'"]
    for text in filters:
        yield "POST", V3 + "/traces/search", {"locations": locations, "max_results": 50, **({"filter": text} if text else {})}
    for trace, assessment in assessments:
        yield get(f"/traces/{trace}/assessments/{assessment}", V3)
    yield get(f"/issues/{issue}", V3)
    yield "POST", V3 + "/issues/search", {"experiment_id": rates, "include_trace_count": True}
    yield get(f"/datasets/{dataset}", V3)
    yield get(f"/datasets/{dataset}/records", V3)
    yield get(f"/datasets/{dataset}/experiment-ids", V3)
    yield "POST", V3 + "/datasets/search", {"experiment_ids": [rates]}
    yield get("/scorers/list", V3, experiment_id=rates)
    yield get("/scorers/versions", V3, experiment_id=rates, name="tone")
    yield get("/scorers/get", V3, experiment_id=rates, name="tone", version=1)


def main():
    rates, fx, gone = experiments()
    all_runs = runs(rates, fx)
    models = logged_models(rates, all_runs[0])
    registry(all_runs[0])
    all_traces, assessments, issue = traces(rates, all_runs[0])
    dataset = evaluation(rates)
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        for method, path, body in reads((rates, fx, gone, all_runs, models, all_traces, assessments, issue, dataset)):
            status, text = send(method, path, body)
            answer = json.loads(text) if text[:1] in "{[" else text
            out.write(json.dumps({"method": method, "path": path, "body": body, "status": status, "answer": answer}, ensure_ascii=False, sort_keys=True) + "\n")


main()
