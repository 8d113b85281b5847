"""Two servers on one database, ours and MLflow's, written to at the same time: nothing may be lost, doubled or numbered twice.

two_writers.py OUR_URL MLFLOW_URL: prints what it counted through both and ends with 1 when something is missing.
"""

import json
import sys
import threading
import urllib.error
import urllib.request

OURS, MLFLOW = sys.argv[1:3]
THREADS = 4  # for each server
STEPS = 60
failures = []


def call(server, method, path, body=None):
    request = urllib.request.Request(
        f"{server}/api/2.0/mlflow/{path}", method=method, data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def write(server, name, experiment, run, model, made):
    try:
        for step in range(STEPS):
            call(server, "POST", "runs/log-metric", {"run_id": run, "key": "shared", "value": step, "timestamp": 1, "step": step})
            call(server, "POST", "runs/log-metric", {"run_id": run, "key": name, "value": step, "timestamp": step, "step": step})
            call(server, "POST", "runs/log-parameter", {"run_id": run, "key": f"{name}-{step}", "value": name})
            call(server, "POST", "runs/set-tag", {"run_id": run, "key": "last", "value": f"{name}-{step}"})
            if step % 6 == 0:
                made["runs"].append(call(server, "POST", "runs/create", {"experiment_id": experiment, "start_time": step})["run"]["info"]["run_id"])
                version = call(server, "POST", "model-versions/create", {"name": model, "source": f"runs:/{run}/model", "run_id": run})["model_version"]["version"]
                made["versions"].append(int(version))
                call(server, "POST", "model-versions/transition-stage", {"name": model, "version": version, "stage": "Staging"})
    except urllib.error.HTTPError as problem:
        failures.append(f"{name}: {problem.url} {problem.code} {problem.read()[:300]}")
    except Exception as problem:
        failures.append(f"{name}: {problem!r}")


def history(server, run, key):
    points, token = [], ""
    while True:
        page = call(server, "GET", f"metrics/get-history?run_id={run}&metric_key={key}&max_results=1000{token and '&page_token=' + token}")
        points += [point["step"] for point in page.get("metrics", [])]
        token = page.get("next_page_token") or ""
        if not token:
            return sorted(map(int, points))


def main():
    experiment = call(OURS, "POST", "experiments/create", {"name": "two-writers"})["experiment_id"]
    run = call(MLFLOW, "POST", "runs/create", {"experiment_id": experiment, "start_time": 0})["run"]["info"]["run_id"]
    call(OURS, "POST", "registered-models/create", {"name": "two-writers"})
    made = {"runs": [], "versions": []}
    threads = [
        threading.Thread(target=write, args=(server, f"{label}{i}", experiment, run, "two-writers", made)) for i in range(THREADS) for label, server in (("ours", OURS), ("mlflow", MLFLOW))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    wrong = list(failures)
    if sorted(made["versions"]) != list(range(1, len(threads) * STEPS // 6 + 1)):
        wrong.append(f"versions made: {sorted(made['versions'])}")
    for name, server in (("ours", OURS), ("MLflow", MLFLOW)):
        data = call(server, "GET", f"runs/get?run_id={run}")["run"]["data"]
        params = len(data["params"])
        latest = {metric["key"]: metric["step"] for metric in data["metrics"]}
        curves = {f"{label}{i}": history(server, run, f"{label}{i}") for i in range(THREADS) for label in ("ours", "mlflow")}
        found, token = [], None
        while True:
            body = {"experiment_ids": [experiment], "max_results": 50, **({"page_token": token} if token else {})}
            page = call(server, "POST", "runs/search", body)
            found += [item["info"]["run_id"] for item in page.get("runs", [])]
            token = page.get("next_page_token")
            if not token:
                break
        versions = call(server, "GET", "registered-models/get?name=two-writers")["registered_model"]["latest_versions"]
        print(f"through {name}: {params} params, {sum(map(len, curves.values()))} points, {len(found)} runs, newest version {max(int(v['version']) for v in versions)}")
        if params != len(threads) * STEPS:
            wrong.append(f"{name} shows {params} params, written {len(threads) * STEPS}")
        for key, steps in curves.items():
            if steps != list(range(STEPS)):
                wrong.append(f"{name} shows {len(steps)} points of {key}, written {STEPS}")
            if latest.get(key) != STEPS - 1:
                wrong.append(f"{name} shows step {latest.get(key)} as the latest of {key}")
        if latest.get("shared") != STEPS - 1:
            wrong.append(f"{name} shows step {latest.get('shared')} as the latest of the shared metric")
        if sorted(found) != sorted([*made["runs"], run]):
            wrong.append(f"{name} finds {len(found)} runs, made {len(made['runs']) + 1}")
    print("\n".join(wrong) or "nothing lost")
    sys.exit(bool(wrong))


main()
