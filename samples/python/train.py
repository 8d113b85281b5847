"""A training script with plain mlflow: nothing in it knows this platform. Where it goes is MLFLOW_TRACKING_URI's to say.

Needs the package mlflow-skinny (or mlflow) and nothing else; the network is four features and a softmax in plain Python,
so that what the script does for tracking stands out.
"""

import csv
import math
import pathlib
import random
import struct
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "sp500_daily_ohlcv_2000_2020.csv"
TRAIN_END = "2016-12-31"
MODEL = "regime_detector_py"
EPOCHS, BATCH_SIZE, LEARNING_RATE, SEED = 40, 64, 0.05, 7
HORIZON, LONGEST = 21, 63


def deviation(returns, start, count):
    return math.sqrt(sum(r * r for r in returns[start : start + count]) / count)


def read():
    """Features and labels; what decides labels and scale is taken from the fit days alone, and days whose label looks past the training end are left out."""
    with DATA.open() as file:
        rows = list(csv.DictReader(file))
    dates = [next(iter(row.values())) for row in rows]
    closes = [float(list(row.values())[4]) for row in rows]
    returns = [100 * math.log(b / a) for a, b in zip(closes, closes[1:])]
    fit_end = max(i for i, date in enumerate(dates) if date <= TRAIN_END) - 1
    days = []
    for t in range(LONGEST - 1, len(returns) - HORIZON):
        raw = [math.log(deviation(returns, t - n + 1, n)) for n in (5, 21, LONGEST)] + [abs(returns[t])]
        days.append((t, raw, deviation(returns, t + 1, HORIZON)))
    fit = [day for day in days if day[0] + HORIZON <= fit_end]
    ordered = sorted(ahead for _, _, ahead in fit)
    calm, normal = ordered[len(ordered) // 3], ordered[2 * len(ordered) // 3]
    scales = []
    for column in zip(*(raw for _, raw, _ in fit)):
        mean = sum(column) / len(column)
        scales.append((mean, math.sqrt(sum((v - mean) ** 2 for v in column) / len(column))))

    def label(day):
        _, raw, ahead = day
        return [(v - m) / s for v, (m, s) in zip(raw, scales)], 0 if ahead <= calm else 1 if ahead <= normal else 2

    return [label(day) for day in fit], [label(day) for day in days if day[0] > fit_end]


def probabilities(weights, bias, x):
    logits = [b + sum(v * w for v, w in zip(x, column)) for b, column in zip(bias, weights)]
    largest = max(logits)
    exponentials = [math.exp(logit - largest) for logit in logits]
    total = sum(exponentials)
    return [e / total for e in exponentials]


def log_loss(weights, bias, days):
    return -sum(math.log(probabilities(weights, bias, x)[y]) for x, y in days) / len(days)


def train_epoch(weights, bias, days, order):
    """One pass of stochastic gradient descent; weights[class][feature]."""
    loss = 0.0
    for start in range(0, len(order), BATCH_SIZE):
        batch = [days[i] for i in order[start : start + BATCH_SIZE]]
        for (x, y), p in [(day, probabilities(weights, bias, day[0])) for day in batch]:
            loss -= math.log(p[y])
            for k in range(len(bias)):
                step = LEARNING_RATE / len(batch) * (p[k] - (k == y))
                bias[k] -= step
                weights[k] = [w - step * v for w, v in zip(weights[k], x)]
    return loss / len(days)


def onnx(weights, bias):
    """The model as ONNX, a protocol buffer: input [B, 4] to output [B, 3] by Gemm and Softmax. Field numbers are those of onnx.proto."""

    def varint(value):
        out = b""
        while value > 127:
            out += bytes([value & 127 | 128])
            value >>= 7
        return out + bytes([value])

    def number(field, value):
        return varint(field << 3) + varint(value)

    def nested(field, content):
        content = content.encode() if isinstance(content, str) else content
        return varint(field << 3 | 2) + varint(len(content)) + content

    def node(kind, inputs, output):
        return b"".join(nested(1, name) for name in inputs) + nested(2, output) + nested(4, kind)

    def tensor(name, shape, values):
        return b"".join(number(1, n) for n in shape) + number(2, 1) + nested(8, name) + nested(9, struct.pack(f"<{len(values)}f", *values))

    def value(name, columns):
        shape = nested(1, nested(2, "B")) + nested(1, number(1, columns))
        return nested(1, name) + nested(2, nested(1, number(1, 1) + nested(2, shape)))

    features, classes = len(weights[0]), len(bias)
    flat = [weights[k][f] for f in range(features) for k in range(classes)]
    graph = (
        nested(1, node("Gemm", ["input", "weights", "bias"], "logits"))
        + nested(1, node("Softmax", ["logits"], "output"))
        + nested(2, "regime")
        + nested(5, tensor("weights", [features, classes], flat))
        + nested(5, tensor("bias", [classes], bias))
        + nested(11, value("input", features))
        + nested(12, value("output", classes))
    )
    return number(1, 8) + nested(7, graph) + nested(8, number(2, 17))


def main():
    fit, validation = read()
    weights, bias = [[0.0] * 4 for _ in range(3)], [0.0] * 3
    shares = [sum(y == k for _, y in fit) / len(fit) for k in range(3)]
    prior = -sum(math.log(shares[y]) for _, y in validation) / len(validation)
    shuffle = random.Random(SEED)

    mlflow.set_experiment("financial-models")
    with mlflow.start_run(run_name="regime-training-py") as run:
        mlflow.log_params({"learning_rate": LEARNING_RATE, "batch_size": BATCH_SIZE, "epochs": EPOCHS, "seed": SEED})
        for epoch in range(1, EPOCHS + 1):
            order = list(range(len(fit)))
            shuffle.shuffle(order)
            train_loss = train_epoch(weights, bias, fit, order)
            val_loss = log_loss(weights, bias, validation)
            mlflow.log_metrics({"train_loss": train_loss, "val_loss": val_loss}, step=epoch)
        mlflow.log_metric("baseline_prior_log_loss", prior)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "model.onnx"
            file.write_bytes(onnx(weights, bias))
            mlflow.log_artifact(str(file), "model")

    client = MlflowClient()
    try:
        client.create_registered_model(MODEL)
    except MlflowException as exception:
        if exception.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    version = client.create_model_version(MODEL, f"{run.info.artifact_uri}/model", run.info.run_id)
    client.transition_model_version_stage(MODEL, version.version, "Staging")
    print(f"run {run.info.run_id}: validation log-loss {val_loss:.4f} (prior {prior:.4f}); {MODEL} version {version.version} is in Staging")


if __name__ == "__main__":
    main()
