using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Housekeeping;

/// <summary>Where the next part of a purge begins.</summary>
/// <param name="Run">After this run; null with no experiment: from the first run on.</param>
/// <param name="Experiment">After this experiment: the runs are done. Empty: from the first experiment on.</param>
internal sealed record PurgeCursor(DeletedRun? Run, string? Experiment)
{
    private const string Runs = "run:";
    private const string Experiments = "experiment:";

    public static PurgeCursor Start { get; } = new(null, null);

    public static PurgeCursor FirstExperiment { get; } = new(null, string.Empty);

    public static PurgeCursor After(DeletedRun run) => new(run, null);

    public static PurgeCursor After(DeletedExperiment experiment) => new(null, experiment.ExperimentId);

    /// <exception cref="MLOpsException">InvalidArgument: not a token of ours.</exception>
    public static PurgeCursor Parse(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return Start;
        }

        if (token.StartsWith(Experiments, StringComparison.Ordinal)
            && token[Experiments.Length..] is var experiment
            && (experiment.Length == 0 || long.TryParse(experiment, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
        {
            return new PurgeCursor(null, experiment);
        }

        if (token.StartsWith(Runs, StringComparison.Ordinal)
            && token[Runs.Length..].Split(':', 2) is [var time, { Length: > 0 } id]
            && long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var deleted))
        {
            return After(new DeletedRun(id, string.Empty, string.Empty, deleted, string.Empty));
        }

        throw new MLOpsException(ProblemCode.InvalidArgument, $"page_token is '{token}': expected the next_page_token of the page before");
    }

    public override string ToString() => Experiment is not null ? Experiments + Experiment
        : Run is not null ? string.Create(CultureInfo.InvariantCulture, $"{Runs}{Run.DeletedTime}:{Run.RunId}")
        : string.Empty;
}
