using MLOps.Contracts.Problems;
using MLOps.Tracking.Serving;

namespace MLOps.Gateway.Endpoints;

/// <summary>Outcomes that come back for requests: one in the body itself, or several in <c>outcomes</c>.</summary>
internal sealed record FeedbackRequest(
    IReadOnlyList<FeedbackOutcome?>? Outcomes,
    string? RequestId = null,
    string? Metric = null,
    double? Value = null,
    string? Label = null,
    long? Timestamp = null)
{
    /// <summary>Largest body, 4 MiB: as many outcomes as are taken at once have some 400 bytes each, and one with the platform's own ids takes 110.</summary>
    public const int MaxBytes = 4 << 20;

    private const int MaxOutcomes = 10_000;

    /// <exception cref="MLOpsException">InvalidArgument: names the field.</exception>
    public IReadOnlyList<Outcome> ToOutcomes(long now)
    {
        if (Outcomes is null == RequestId is null)
        {
            throw Invalid("exactly one of request_id and outcomes is needed.");
        }

        var given = Outcomes ?? [new FeedbackOutcome(RequestId, Metric, Value, Label, Timestamp)];
        return given.Count is >= 1 and <= MaxOutcomes
            ? [.. given.Select((outcome, i) => (outcome ?? throw Invalid($"outcomes[{i}] is null.")).ToOutcome(now, Outcomes is null ? "" : $"outcomes[{i}]."))]
            : throw Invalid($"outcomes has {given.Count} elements: expected 1 to {MaxOutcomes}.");
    }

    internal static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);
}

/// <summary>What became of one request. <c>metric</c> is <c>label</c> when only a label is given.</summary>
internal sealed record FeedbackOutcome(string? RequestId, string? Metric = null, double? Value = null, string? Label = null, long? Timestamp = null)
{
    private const string LabelMetric = "label";

    /// <summary>A test multiplies squares of values with each other: past this they would leave the range of a double, and one outcome would spoil all others.</summary>
    private const double MaxValue = 1e50;

    public Outcome ToOutcome(long now, string at)
    {
        if (RequestId is not { Length: > 0 and <= RequestIds.MaxLength })
        {
            throw FeedbackRequest.Invalid($"{at}request_id must be the id of a request, 1 to {RequestIds.MaxLength} characters.");
        }

        if (Value is null && Label is null)
        {
            throw FeedbackRequest.Invalid($"{at}value and label are both missing: expected at least one.");
        }

        if (Metric is null && Value is not null)
        {
            throw FeedbackRequest.Invalid($"{at}metric is missing: expected the name of what {at}value measures.");
        }

        if (Value is { } value && !(Math.Abs(value) <= MaxValue))
        {
            throw FeedbackRequest.Invalid($"{at}value is {value}: expected a number from -{MaxValue} to {MaxValue}.");
        }

        if (Metric is { } metric && (metric.Length is 0 or > 250 || metric.Any(char.IsControl)))
        {
            throw FeedbackRequest.Invalid($"{at}metric must be 1 to 250 characters without control characters.");
        }

        if (Label is { } label && (label.Length > 500 || label.Contains('\0', StringComparison.Ordinal)))
        {
            throw FeedbackRequest.Invalid($"{at}label must be at most 500 characters.");
        }

        return new Outcome(RequestId, Metric ?? LabelMetric, Value, Label, Timestamp ?? now);
    }
}
